/** Builds the renderer into out/renderer. The engine serves the result under a strict content security policy. */
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  root: "renderer",
  publicDir: "theme/public",
  base: "/",
  plugins: [react()],
  worker: { format: "es" },
  build: {
    outDir: "../out/renderer",
    emptyOutDir: true,
    target: "es2024",
    // font-src and script-src are 'self': nothing may become a data: URL.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The code editor is one big chunk that is loaded after the first paint.
    chunkSizeWarningLimit: 4000,
    reportCompressedSize: false,
  },
});
