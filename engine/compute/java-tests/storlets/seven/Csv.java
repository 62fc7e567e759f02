package seven;

import java.io.*;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import org.openstack.storlet.common.*;

/** Selects columns and rows of a partition: `selected_columns=4,6`, `where_clause=EqualTo(6,FRA)`. */
public class Csv implements IStorlet {
    @Override
    public void invoke(ArrayList<StorletInputStream> in, ArrayList<StorletOutputStream> out, Map<String, String> p, StorletLogger log)
            throws StorletException {
        StorletObjectOutputStream sink = (StorletObjectOutputStream) out.get(0);

        int start = Streams.required(p, "start");
        int end = Streams.required(p, "end");
        String[] columns = p.get("selected_columns").split(",");
        String clause = p.get("where_clause");
        sink.setMetadata(new HashMap<String, String>());
        try {
            Records records = new Records(new BufferedInputStream(in.get(0).getStream()), start, end, "true".equals(p.get("first_partition")));
            Writer writer = new BufferedWriter(new OutputStreamWriter(sink.getStream(), "ISO-8859-1"));
            for (String line; (line = records.next()) != null; ) {
                String[] fields = line.split(",");
                if (clause != null && !holds(clause, fields)) continue;
                StringBuilder row = new StringBuilder();
                for (String column : columns) row.append(row.length() == 0 ? "" : ",").append(fields[Integer.parseInt(column)]);
                writer.write(row.append("\n").toString());
            }
            writer.close();
        } catch (IOException error) {
            throw new StorletException(error.getMessage());
        }
    }

    private static boolean holds(String clause, String[] fields) {
        String name = clause.substring(0, clause.indexOf('('));
        String inside = clause.substring(name.length() + 1, clause.length() - 1);
        int depth = 0;
        int comma = -1;
        for (int n = 0; n < inside.length() && comma < 0; n++) {
            char c = inside.charAt(n);
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (c == ',' && depth == 0) comma = n;
        }
        String left = inside.substring(0, comma);
        String right = inside.substring(comma + 1);
        if (name.equals("And")) return holds(left, fields) && holds(right, fields);
        if (name.equals("Or")) return holds(left, fields) || holds(right, fields);
        String value = fields[Integer.parseInt(left)];
        if (name.equals("StringStartsWith")) return value.startsWith(right);
        return value.equals(right) == name.equals("EqualTo");
    }
}
