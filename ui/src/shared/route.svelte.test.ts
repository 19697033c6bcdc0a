import { beforeEach, expect, test } from "vitest";
import { address, parseRoute, router } from "./route.svelte.ts";

beforeEach(() => router.leave("#/home"));

test("an address and its place are one", () => {
  const written = address("plan", ["Radiografías e imágenes / 2", "keep"], { day: "2026-03-11" });
  expect(parseRoute(written)).toEqual({
    section: "plan",
    path: ["Radiografías e imágenes / 2", "keep"],
    choices: { day: "2026-03-11" },
  });
});

test.each(["", "#/", "#/nonsense", "#/%E0%A4%A", "javascript:alert(1)"])("%s is home", (text) => {
  expect(parseRoute(text)).toEqual({ section: "home", path: [], choices: {} });
});

test("a guard keeps the person here until they say that they leave", () => {
  router.go("plan", ["Consultorio"]);
  router.guard(() => false);
  router.go("history");
  expect(router.now.section).toBe("plan");
  router.leave("#/home");
  expect(router.now.section).toBe("history");
});

test("who stays after all does not go there later", () => {
  router.go("plan", ["Consultorio"]);
  const end = router.guard(() => false);
  router.go("history");
  router.stay();
  router.leave("#/home");
  expect(router.now.section).toBe("home");
  end();
});
