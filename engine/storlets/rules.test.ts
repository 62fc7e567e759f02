import { describe, expect, it } from "vitest";
import { parseByteRanges } from "./input-range.ts";
import {
  applyOutputMetadata,
  checkDependencyRegistration,
  checkStorletRegistration,
  dependencyMode,
  logObjectName,
  readExtraResources,
  readParameters,
  readRegistration,
  scopeOf,
  userMetadata,
  withoutStorletHeaders,
} from "./rules.ts";

const python = {
  "x-object-meta-storlet-language": "Python",
  "x-object-meta-storlet-interface-version": "1.0",
  "x-object-meta-storlet-object-metadata": "no",
  "x-object-meta-storlet-main": "simple.SimpleStorlet",
};
const java = { ...python, "x-object-meta-storlet-language": "java", "x-object-meta-storlet-main": "org.example.Simple" };

function headers(fields: Record<string, string | undefined>): Map<string, string> {
  return new Map(Object.entries(fields).filter((field): field is [string, string] => field[1] !== undefined));
}

describe("checkStorletRegistration", () => {
  it.each<[string, Record<string, string | undefined>, string, string | null]>([
    ["a complete Python storlet", python, "simple.py", null],
    ["a complete Java storlet", java, "simple-1.0.jar", null],
    ["no language", { ...python, "x-object-meta-storlet-language": undefined }, "simple.py", "Mandatory parameter is missing: Language"],
    [
      "no interface version",
      { ...python, "x-object-meta-storlet-interface-version": undefined },
      "simple.py",
      "Mandatory parameter is missing: Interface-Version",
    ],
    [
      "no object metadata",
      { ...python, "x-object-meta-storlet-object-metadata": undefined },
      "simple.py",
      "Mandatory parameter is missing: Object-Metadata",
    ],
    ["no main", { ...python, "x-object-meta-storlet-main": undefined }, "simple.py", "Mandatory parameter is missing: Main"],
    ["nothing at all: the first is told", {}, "simple.py", "Mandatory parameter is missing: Language"],
    ["another language", { ...python, "x-object-meta-storlet-language": "perl" }, "simple.py", "Unsupported Language"],
    ["a Python name without .py", python, "simple", "Storlet name is incorrect"],
    ["a Java name without version", java, "simple.jar", "Storlet name is incorrect"],
    ["a Java name without ending", java, "simple-10", "Storlet name is incorrect"],
    [
      "main of another file",
      { ...python, "x-object-meta-storlet-main": "other.Simple" },
      "simple.py",
      "Main class should be included in storlet file",
    ],
    ["main in a package", { ...python, "x-object-meta-storlet-main": "simple.a.B" }, "simple.py", "Submodule is currently not supported"],
    ["version 3.12", { ...python, "x-object-meta-storlet-language-version": "3.12" }, "simple.py", null],
    ["version 3", { ...python, "x-object-meta-storlet-language-version": "3" }, "simple.py", null],
    ["version 2.7", { ...python, "x-object-meta-storlet-language-version": "2.7" }, "simple.py", "Not supported version specified"],
    ["an empty version", { ...python, "x-object-meta-storlet-language-version": "" }, "simple.py", "Language-Version is invalid"],
    ["a version in words", { ...python, "x-object-meta-storlet-language-version": "three" }, "simple.py", "Language-Version is invalid"],
    ["a version for Java", { ...java, "x-object-meta-storlet-language-version": "eleven" }, "simple-1.0.jar", null],
    [
      "itself as dependency",
      { ...python, "x-object-meta-storlet-dependency": "a.py,simple.py" },
      "simple.py",
      "Using the same name for storlet and dependency is not allowed",
    ],
    ["a dependency twice", { ...python, "x-object-meta-storlet-dependency": "a.py,a.py" }, "simple.py", "Duplicated name in dependencies"],
    ["a dependency twice but for a blank", { ...python, "x-object-meta-storlet-dependency": "a.py, a.py" }, "simple.py", null],
  ])("%s", (_case, fields, name, refusal) => {
    expect(checkStorletRegistration(headers(fields), name)).toBe(refusal);
  });
});

describe("checkDependencyRegistration", () => {
  const version = { "x-object-meta-storlet-dependency-version": "1" };
  it.each<[Record<string, string>, string | null, number]>([
    [{}, "Mandatory parameter is missing: Dependency-Version", 0o600],
    [version, null, 0o600],
    [{ ...version, "x-object-meta-storlet-dependency-permissions": "0755" }, null, 0o700],
    [{ ...version, "x-object-meta-storlet-dependency-permissions": "600" }, null, 0o600],
    [{ ...version, "x-object-meta-storlet-dependency-permissions": "0o700" }, null, 0o700],
    [{ ...version, "x-object-meta-storlet-dependency-permissions": "0x1ff" }, "Dependency permission is incorrect", Number.NaN],
    [{ ...version, "x-object-meta-storlet-dependency-permissions": "0789" }, "Dependency permission is incorrect", Number.NaN],
    [{ ...version, "x-object-meta-storlet-dependency-permissions": "" }, "Dependency permission is incorrect", Number.NaN],
    [{ ...version, "x-object-meta-storlet-dependency-permissions": "0400" }, "The owner should have rw permission", 0o400],
    [{ ...version, "x-object-meta-storlet-dependency-permissions": "rwx" }, "Dependency permission is incorrect", Number.NaN],
  ])("%j", (fields, refusal, mode) => {
    expect(checkDependencyRegistration(headers(fields))).toBe(refusal);
    if (refusal === null) expect(dependencyMode(headers(fields))).toBe(mode);
  });
});

it("reads back what was registered", () => {
  expect(readRegistration(headers({ ...python, "x-object-meta-storlet-dependency": " a.py,, b.py " }))).toEqual({
    language: "python",
    main: "simple.SimpleStorlet",
    languageVersion: null,
    dependencies: ["a.py", "b.py"],
  });
  expect(readRegistration(headers({}))).toBeNull();
});

describe("readParameters", () => {
  it.each<[string, Record<string, string>, unknown]>([
    ["a=1&b=&a=2", {}, { params: { a: "2", b: "" } }],
    ["a=1", { "x-storlet-parameter-1": "a:2" }, { params: { a: "2" } }],
    ["", { "x-storlet-parameterz": "1:2:3:4" }, { params: { "1": "2:3:4" } }],
    ["", { "x-storlet-parameter-1": "contains:two%20words%3A%25" }, { params: { contains: "two words:%" } }],
    ["", { "x-storlet-parameter-1": "50%:a%20b%zz" }, { params: { "50%": "a b%zz" } }],
    ["", { "x-storlet-parameter-1": "bytes:%ff%c3%a9" }, { params: { bytes: "\ufffdé" } }],
    ["", { "x-storlet-parameter-1": "half%" }, { refusal: "The header x-storlet-parameter-1 has no colon. Write it as key:value." }],
  ])("%s %j", (query, fields, expected) => {
    expect(readParameters(new URLSearchParams(query), headers(fields))).toEqual(expected);
  });
});

it("hands user metadata over with title-cased keys, without the registration", () => {
  expect(userMetadata(headers({ ...python, "x-object-meta-my-key": "v", "x-object-meta-a_b": "w", "content-type": "text/plain" }))).toEqual(
    { "My-Key": "v", A_B: "w" },
  );
});

describe("applyOutputMetadata", () => {
  it("writes values as Python would, keeps what the storlet does not name, removes nulls", () => {
    const result = headers({ "content-type": "text/csv", "x-object-meta-kept": "k", "x-object-meta-gone": "g" });
    const refused = applyOutputMetadata(
      result,
      {
        count: 3,
        flag: true,
        "Content-type": "text/html",
        gone: null,
        override_key: "new",
        list: [1, "a", false],
      },
      "response",
    );
    expect(refused).toEqual({ refused: [], renamed: [] });
    expect(Object.fromEntries(result)).toEqual({
      "content-type": "text/html",
      "x-object-meta-kept": "k",
      "x-object-meta-count": "3",
      "x-object-meta-flag": "True",
      "x-object-meta-override_key": "new",
      "x-object-meta-list": "[1, 'a', False]",
    });
  });
  it("names keys that cannot be header names, and keeps line breaks out of values", () => {
    const result = headers({});
    expect(applyOutputMetadata(result, { "two words": "x", ok: "a\r\nSet-Cookie: b" }, "response").refused).toEqual(["two words"]);
    expect(result.get("x-object-meta-ok")).toBe("a Set-Cookie: b");
  });
  it("sends keys of a request with - for _, and tells which", () => {
    const result = headers({});
    expect(applyOutputMetadata(result, { override_key: "new", plain: "p" }, "request").renamed).toEqual(["override_key"]);
    expect([...result.keys()]).toEqual(["x-object-meta-override-key", "x-object-meta-plain"]);
  });
  it("sends wide text as UTF-8 bytes and byte strings unchanged", () => {
    const result = headers({});
    applyOutputMetadata(result, { wide: "✓", bytes: "\u00c3\u00a9" }, "response");
    expect(Buffer.from(result.get("x-object-meta-wide") as string, "latin1").toString("utf8")).toBe("✓");
    expect(result.get("x-object-meta-bytes")).toBe("\u00c3\u00a9");
  });
});

it("strips every engine header", () => {
  expect([
    ...withoutStorletHeaders(headers({ ...python, "x-run-storlet": "s", "x-storlet-range": "bytes=1-2", "x-object-meta-a": "1" })).keys(),
  ]).toEqual(["x-object-meta-a"]);
});

it.each([
  ["/c/o", { paths: [{ container: "c", object: "o" }] }],
  [
    " /c/o/p , ,/d/q",
    {
      paths: [
        { container: "c", object: "o/p" },
        { container: "d", object: "q" },
      ],
    },
  ],
  ["", { paths: [] }],
  ["c/o", { status: 400, refusal: "X-Storlet-Extra-Resource must be a csv with/container/object format" }],
  ["/c", { status: 400, refusal: "X-Storlet-Extra-Resource must be a csv with/container/object format" }],
])("extra resources %s", (value, expected) => {
  expect(readExtraResources(headers({ "x-storlet-extra-resources": value }), -1)).toEqual(expected);
});

it.each([
  [
    2,
    "/c/a,/c/b",
    {
      paths: [
        { container: "c", object: "a" },
        { container: "c", object: "b" },
      ],
    },
  ],
  [1, "/c/a,/c/b", { status: 400, refusal: "Too many extra resources. 2 was requested but only 1 is allowed," }],
  [0, "/c/a", { status: 403, refusal: "Usage of extra resources is not allowed" }],
  [0, " , ", { paths: [] }],
])("at most %i extra resources: %s", (most, value, expected) => {
  expect(readExtraResources(headers({ "x-storlet-extra-resources": value }), most)).toEqual(expected);
});

it.each([
  ["identitystorlet-1.0.jar", "identitystorlet.log"],
  ["simple.py", "simple.py.log"],
])("log object of %s is %s", (storlet, name) => {
  expect(logObjectName(storlet)).toBe(name);
});

it.each([
  ["bytes=0-1", true],
  ["BYTES = 0 - 999", true],
  ["bytes=5-", true],
  ["bytes=-5", true],
  ["bytes=0-1,4-5", true],
  ["bytes=5-2", false],
  ["bytes=-", false],
  ["bytes=a-b", false],
  ["lines=1-2", false],
])("range %s", (value, expected) => {
  expect(parseByteRanges(value) !== null).toBe(expected);
});

it.each([
  ["AUTH_test", "test"],
  ["AUTH_0123456789abcdef", "0123456789abc"],
  ["other", "other"],
])("scope of %s", (account, scope) => {
  expect(scopeOf(account)).toBe(scope);
});
