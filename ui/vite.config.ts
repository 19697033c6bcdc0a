import { svelte } from "@sveltejs/vite-plugin-svelte";
import { svelteTesting } from "@testing-library/svelte/vite";
import { defineConfig } from "vitest/config";
import { listed } from "./listed.ts";

// `vite --mode fake` and `vite build --mode fake` give the window a scripted engine, for a plain browser.
export default defineConfig(({ mode }) => ({
  plugins: [svelte(), svelteTesting(), listed()],
  base: "./",
  clearScreen: false,
  server: { host: "127.0.0.1", port: 5173, strictPort: true },
  // Small files would become data: addresses, which the content policy refuses for fonts and scripts.
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // What screens share comes in one file, each screen in its own, and licences in one that waits until somebody asks.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: "licences", test: /[\\/]licenses[\\/]/ },
            { name: "shared", test: /[\\/](shared|node_modules)[\\/]/ },
          ],
        },
      },
    },
    outDir: mode === "production" ? "dist" : `dist-${mode}`,
  },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          environment: "jsdom",
          include: ["src/**/*.test.ts"],
          setupFiles: ["src/shared/testing/setup.ts"],
        },
      },
      {
        extends: true,
        test: {
          name: "e2e",
          environment: "node",
          include: ["e2e/**/*.e2e.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          name: "frames",
          environment: "node",
          include: ["e2e/**/*.frames.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          name: "shots",
          environment: "node",
          include: ["e2e/**/*.shots.ts"],
          testTimeout: 900_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
}));
