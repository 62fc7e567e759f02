/** What a place in a storlet's source is about. Pure: text in, names of the API out; guesses from the text alone, and says nothing where unsure. */
import { javaTypes, pythonMissing, pythonTypes, type ApiMember, type ApiType, type PythonRole } from "./storlet-api.ts";

/** Names inside of a Python storlet, by what they stand for. */
export function pythonRoles(source: string): ReadonlyMap<string, PythonRole> {
  const roles = new Map<string, PythonRole>([
    ["logger", "logger"],
    ["self.logger", "logger"],
  ]);
  const call = /def\s+__call__\s*\(\s*self\s*,\s*(\w+)\s*,\s*(\w+)\s*,\s*(\w+)/.exec(source);
  const [, inputs = "in_files", outputs = "out_files", params = "params"] = call ?? [];
  roles.set(inputs, "inputs").set(outputs, "outputs").set(params, "params");
  for (const [, left = "", right = ""] of source.matchAll(/^[ \t]+([\w., \t]+?)[ \t]*=[ \t]*([^=\n#]+)/gm)) {
    const names = left.split(",").map((name) => name.trim());
    const values = right.split(",").map((value) => value.trim());
    if (names.length !== values.length) continue;
    for (const [at, name] of names.entries()) {
      const role = roleOf(values[at] ?? "", roles);
      if (role !== null) roles.set(name, role);
    }
  }
  for (const [, name = "", list = ""] of source.matchAll(/\bfor\s+(\w+)\s+in\s+(\w+)\s*:/g)) {
    if (roles.get(list) === "inputs") roles.set(name, "input");
    if (roles.get(list) === "outputs") roles.set(name, "output");
  }
  return roles;
}

function roleOf(expression: string, roles: ReadonlyMap<string, PythonRole>): PythonRole | null {
  const [, list, index] = /^([\w.]+)(\[[^\]]*\])?$/.exec(expression) ?? [];
  const role = list === undefined ? undefined : roles.get(list);
  if (role === undefined) return null;
  if (index === undefined) return role;
  return role === "inputs" ? "input" : role === "outputs" ? "output" : null;
}

/** The type that stands before the last dot of `before`, the text of the line up to a place; null where it is none of the API. */
export function pythonReceiver(source: string, before: string): ApiType | null {
  const expression = /([A-Za-z_][\w.]*(?:\[[^\]]*\])?)\.\w*$/.exec(before)?.[1];
  const role = expression === undefined ? null : roleOf(expression, pythonRoles(source));
  return role === null ? null : pythonTypes[role];
}

const javaByName = new Map(javaTypes.map((type) => [type.name, type]));

/** Variables of the API's types, as they are declared. */
function javaVariables(source: string): ReadonlyMap<string, string> {
  const variables = new Map<string, string>();
  for (const [, type = "", name = ""] of source.matchAll(/\b(\w*Storlet\w*)\s+(\w+)\s*[=,;)]/g))
    if (javaByName.has(type)) variables.set(name, type);
  for (const [, element = "", name = ""] of source.matchAll(/\bArrayList<(\w+)>\s+(\w+)/g)) variables.set(`${name}.get`, element);
  return variables;
}

/** As `pythonReceiver`, for Java. */
export function javaReceiver(source: string, before: string): ApiType | null {
  const cast = /\(\((\w+)\)\s*[\w.]+(?:\([^()]*\))?\)\.\w*$/.exec(before)?.[1];
  const element = /(\w+\.get)\([^()]*\)\.\w*$/.exec(before)?.[1];
  const name = /(?:^|[^\w.])(\w+)\.\w*$/.exec(before)?.[1];
  const variables = javaVariables(source);
  const type =
    cast ??
    (element === undefined ? undefined : variables.get(element)) ??
    (name === undefined ? undefined : (variables.get(name) ?? name));
  return (type === undefined ? undefined : javaByName.get(type)) ?? null;
}

/** What to tell of a word: its declaration and its meaning; null where it is not of the API. */
export interface Told {
  signature: string;
  doc: string;
}

const tell = (member: ApiMember): Told => ({ signature: member.signature, doc: member.doc });

/** Of a word that ends the line's text `before`. */
export function pythonHover(source: string, before: string): Told | null {
  const word = /\w+$/.exec(before)?.[0] ?? "";
  if (/\.\w+$/.test(before)) {
    const receiver = pythonReceiver(source, before);
    const member = receiver?.members.find(({ name }) => name === word);
    if (member !== undefined) return tell(member);
    for (const role of ["input", "output"] as const) {
      if (receiver === pythonTypes[role] && pythonMissing[role].includes(word))
        return { signature: word, doc: `An ${role} of a storlet has no \`${word}\`: it raises NotImplementedError.` };
    }
    if (word !== "logger") return null;
  }
  if (word === "__call__") {
    return {
      signature: "__call__(self, in_files, out_files, params)",
      doc: "One invocation: read `in_files[0]`, set the metadata of `out_files[0]` once, then write to it. What it raises ends the run; a client sees 503.",
    };
  }
  const role = pythonRoles(source).get(word === "logger" ? "self.logger" : word);
  if (role === undefined) return null;
  const type = pythonTypes[role];
  return { signature: `${word}: ${type.name}`, doc: type.doc };
}

/** As `pythonHover`, for Java. */
export function javaHover(source: string, before: string): Told | null {
  const word = /\w+$/.exec(before)?.[0] ?? "";
  if (/\.\w+$/.test(before)) {
    const member = javaReceiver(source, before)?.members.find(({ name }) => name === word);
    if (member !== undefined) return tell(member);
  }
  const type = javaByName.get(word) ?? javaByName.get(javaVariables(source).get(word) ?? "");
  if (type !== undefined) return { signature: type.name === word ? type.name : `${type.name} ${word}`, doc: type.doc };
  const invoke = javaByName.get("IStorlet")?.members[0];
  return word === "invoke" && invoke !== undefined ? tell(invoke) : null;
}
