/** The users of tempauth as Keystone knows them: users with roles in projects, both in domains. Owns the translation. */
import { createHash } from "node:crypto";
import type { SwiftUser } from "../users.ts";

export interface Domain {
  readonly id: string;
  readonly name: string;
}

export interface Project {
  /** Also its name: the account is `AUTH_` and this. */
  readonly id: string;
  readonly domain: Domain;
}

export interface KeystoneUser {
  readonly id: string;
  readonly name: string;
  readonly domain: Domain;
  readonly key: string;
  /** Roles by project; the first project is the user's own. */
  readonly projects: ReadonlyMap<Project, readonly string[]>;
}

/** How a request names a domain, a project or a user: by id, or by a name that may want a domain beside it. */
export interface Reference {
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  readonly domain?: Reference | undefined;
}

export interface KeystoneDirectory {
  readonly defaultDomain: Domain;
  /** Users of the name with the password; one name may belong to several. `account:user` names one as tempauth does. */
  findUsers(reference: Reference, password: string): KeystoneUser[];
  findProject(reference: Reference): Project | null;
  findDomain(reference: Reference): Domain | null;
}

const defaultDomainName = "Default";

/** The roles behind tempauth's groups. Keystone gives those with a greater role the lesser ones, too. */
function rolesOf(user: SwiftUser): string[] {
  const roles = user.groups.filter((group) => !group.startsWith("."));
  if (user.groups.includes(".reseller_admin")) roles.push("ResellerAdmin");
  if (user.groups.includes(".admin")) roles.push("admin");
  return [...roles, "member", "reader"];
}

const sameName = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

function domainMatches(domain: Domain, reference: Reference | undefined): boolean {
  if (reference?.id !== undefined) return domain.id === reference.id;
  return reference?.name !== undefined && sameName(domain.name, reference.name);
}

/** An id that is no name, as Keystone's are, and the same in every run. */
function userId(domain: Domain, name: string): string {
  return createHash("sha256").update(`${domain.id}/${name}`).digest("hex").slice(0, 32);
}

type EditableUser = KeystoneUser & { readonly projects: Map<Project, string[]> };

/** The directory of these users. One name with one key is one user, even where tempauth lists it in several accounts. */
export function createKeystoneDirectory(users: readonly SwiftUser[]): KeystoneDirectory {
  const domains = new Map<string, Domain>([[defaultDomainName, { id: "default", name: defaultDomainName }]]);
  const projects = new Map<string, Project>();
  const known: EditableUser[] = [];
  for (const user of users) {
    const domainName = user.domain ?? defaultDomainName;
    const domain = domains.get(domainName) ?? { id: domainName, name: domainName };
    domains.set(domainName, domain);
    const project = projects.get(user.account) ?? { id: user.account, domain };
    projects.set(user.account, project);
    const twins = known.filter((other) => other.name === user.user && other.domain === domain);
    const same = twins.find(({ key }) => key === user.key);
    const id = userId(domain, twins.length === 0 ? user.user : `${user.account}:${user.user}`);
    const entry = same ?? { id, name: user.user, domain, key: user.key, projects: new Map() };
    if (same === undefined) known.push(entry);
    entry.projects.set(project, [...new Set([...(entry.projects.get(project) ?? []), ...rolesOf(user)])]);
  }

  function isNamed(user: KeystoneUser, { id, name, domain }: Reference): boolean {
    if (id !== undefined) return user.id === id;
    if (name === undefined || !domainMatches(user.domain, domain)) return false;
    return sameName(user.name, name) || [...user.projects.keys()].some((project) => name === `${project.id}:${user.name}`);
  }

  return {
    defaultDomain: domains.get(defaultDomainName)!,
    findUsers: (reference, password) => known.filter((user) => user.key === password && isNamed(user, reference)),
    findProject({ id, name, domain }) {
      if (id !== undefined) return projects.get(id) ?? null;
      return [...projects.values()].find((project) => sameName(project.id, name ?? "") && domainMatches(project.domain, domain)) ?? null;
    },
    findDomain: (reference) => [...domains.values()].find((domain) => domainMatches(domain, reference)) ?? null,
  };
}
