import { expect, it } from "vitest";
import { createTestSwift } from "../test-swift.ts";

const container = "/v1/AUTH_test/c";
const owner = { as: "test:tester" } as const;

it("keeps the settings of container sync for owners, and lets no cluster in", async () => {
  await using swift = await createTestSwift();
  const settings = { "x-container-sync-to": "http://127.0.0.1/v1/AUTH_test/d", "x-container-sync-key": "secret" };
  expect((await swift.send("PUT", container, { ...owner, headers: { ...settings, "x-container-read": "test2" } })).status).toBe(201);
  expect((await swift.send("HEAD", container, owner)).headers).toMatchObject(settings);
  expect((await swift.send("HEAD", container, { as: "test2:tester2" })).headers).not.toHaveProperty("x-container-sync-key");
  const unknown = await swift.send("POST", container, { ...owner, headers: { "x-container-sync-to": "//us/east/AUTH_a/c" } });
  expect(unknown).toMatchObject({ status: 400, text: "No realm key for 'us'" });
  const other = await swift.send("PUT", `${container}/o`, { headers: { "x-container-sync-auth": "us nonce signature" } });
  expect(other.status).toBe(401);
  expect(other.headers["www-authenticate"]).toBe('SwiftContainerSync realm="AUTH_test"');
  expect(other.text).toBe("X-Container-Sync-Auth header not valid; contact cluster operator for support.");
});
