/** The beginning of the window: its styles, its host, its first screen. */
import "./styles/tokens.css";
import "./styles/components.css";
import "./styles/native.css";
import "./styles/large.css";
import "./styles/contrast.css";
import { mount } from "svelte";
import App from "./app/App.svelte";
import { begin } from "./app/begin.ts";
import { bring, bringOthers } from "./app/pages.ts";
import { router } from "./shared/route.svelte.ts";

await begin();
await bring(router.now.section);
const target = document.getElementById("app");
if (target) mount(App, { target });
bringOthers();
