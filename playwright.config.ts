import { defineConfig } from "@playwright/test";
import { chromiumSwitches, findChromium } from "./scripts/lib/browser.mjs";

const executablePath = findChromium();

export default defineConfig({
  testDir: "e2e",
  testMatch: "**/*.spec.ts",
  outputDir: "test-results/e2e",
  timeout: 90_000,
  expect: { timeout: 15_000 },
  retries: 0,
  workers: 1,
  forbidOnly: process.env.CI === "true",
  reporter: "list",
  use: {
    browserName: "chromium",
    viewport: { width: 1440, height: 900 },
    // What is not there by then will not come: the time of a test is for tests that do much.
    actionTimeout: 15_000,
    // A trace of every test costs a third of their time: `--trace retain-on-failure` asks for it.
    trace: process.env.CI === "true" ? "retain-on-failure" : "off",
    screenshot: "only-on-failure",
    launchOptions: { args: chromiumSwitches(), ...(executablePath === null ? {} : { executablePath }) },
  },
});
