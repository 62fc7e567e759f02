import { expect, it } from "vitest";
import { decideSandbox } from "./choose-sandbox.ts";

const docker = { available: true, reason: "" };
const none = { available: false, reason: "no socket" };

it.each<["auto" | "docker" | "process", boolean, boolean, boolean, string]>([
  ["auto", true, true, true, "docker"],
  ["auto", true, false, true, "process"],
  ["auto", false, false, true, "process"],
  ["auto", false, false, false, "process"],
  ["docker", true, true, false, "docker"],
  ["docker", true, false, true, "IMAGE_MISSING"],
  ["docker", false, false, true, "DOCKER_UNAVAILABLE"],
  ["process", true, true, true, "process"],
])("%s with docker %s, image %s, bubblewrap %s → %s", (wanted, available, imagePresent, bubblewrap, expected) => {
  const decision = decideSandbox(wanted, { docker: available ? docker : none, imagePresent, bubblewrap });
  expect("error" in decision ? decision.error.code : decision.kind).toBe(expected);
  if (!("error" in decision) && decision.kind === "process") expect(decision.reason.includes("not isolated")).toBe(!bubblewrap);
});
