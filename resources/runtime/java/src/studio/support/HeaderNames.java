package studio.support;

/** Names of headers as Swift writes them. */
public final class HeaderNames {
    private HeaderNames() {}

    /** Swift title-cases header names byte by byte. */
    public static String titleCase(String key) {
        StringBuilder titled = new StringBuilder(key);
        boolean inWord = false;
        for (int index = 0; index < key.length(); index++) {
            char c = key.charAt(index);
            boolean isLetter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
            if (isLetter) titled.setCharAt(index, inWord ? (char) (c | 0x20) : (char) (c & ~0x20));
            inWord = isLetter;
        }
        return titled.toString();
    }
}
