import { screen, waitFor, within } from "@testing-library/svelte";
import type { UserEvent } from "@testing-library/user-event";
import { expect, test } from "vitest";
import { expectAccessible } from "../../shared/testing/axe.ts";
import { openMenu, stage, toast } from "../../shared/testing/stage.ts";
import { toasts } from "../../shared/ui/toasts.svelte.ts";
import SettingsPage from "./SettingsPage.svelte";

const show = (language: "es" | "en" = "es") =>
  stage(SettingsPage, { scenario: "channels", route: "#/settings/notices", language });
const box = (name: string) => screen.getByRole<HTMLInputElement>("textbox", { name });
const submit = (user: UserEvent) => user.click(screen.getByRole("button", { name: "Guardar y probar" }));

async function add(user: UserEvent, kind: string): Promise<void> {
  const line = await openMenu(user, "Añadir");
  await user.click(line(kind));
  await screen.findByRole("dialog", { name: `Añadir avisos: ${kind}` });
}

/** The row of a way. */
async function way(name: string): Promise<HTMLElement> {
  const row = (await screen.findByText(name, { selector: "b" })).closest<HTMLElement>(".item");
  if (!row) throw new Error(`${name} has no row`);
  return row;
}

test("each_way_says_who_is_told_and_what_is_wrong", async () => {
  await show();
  expect((await way("Por correo")).textContent).toContain("marta@clinicarobles.example y administracion@");
  expect((await way("Gestoría")).textContent?.replaceAll("\u00a0", " ")).toContain("2 avisos sin entregar");
  await screen.findByText(/Un aviso no se pudo entregar/);
  const off = within(await way("Vigilante")).getByRole<HTMLInputElement>("switch");
  expect(off.checked).toBe(false);
});

test("a_test_tells_its_result_at_the_row", async () => {
  const { user } = await show();
  const row = await way("Slack");
  await user.click(within(row).getByRole("button", { name: "Probar" }));
  await within(row).findByText("Prueba entregada");
});

test("a_way_is_switched_off_without_losing_its_secret_and_on_again", async () => {
  const { user, host, calls } = await show();
  await user.click(await screen.findByRole("switch", { name: "Usar Slack" }));
  await toast("«Slack» ya no recibe avisos");
  expect(calls("channels.save")[0]).not.toHaveProperty("secret");
  toasts.undo();
  await waitFor(() => expect(host.world.channels.find((each) => each.name === "Slack")?.on).toBe(true));
});

test("an_address_without_encryption_is_refused_at_the_field", async () => {
  const { user, host } = await show();
  await add(user, "Webhook");
  const address = screen.getByLabelText("Dirección");
  await user.type(address, "http://robles.example/avisos");
  await submit(user);
  await screen.findByText("La dirección tiene que empezar por https://");
  expect(address.getAttribute("aria-invalid")).toBe("true");
  expect((address as HTMLInputElement).value).toBe("http://robles.example/avisos");
  await expectAccessible();
  expect(host.world.channels.map((each) => each.name)).not.toContain("Webhook");
  expect(document.activeElement).toBe(address);
});

test("an_empty_form_says_at_each_field_what_is_missing_and_asks_nobody", async () => {
  const { user, calls } = await show();
  await add(user, "Correo");
  await user.clear(box("Nombre"));
  await user.clear(box("Puerto"));
  await submit(user);
  for (const [field, message] of [
    ["Nombre", "Escribe un nombre."],
    ["Servidor de correo", "Escribe el servidor de correo."],
    ["Puerto", "Escribe un número entre 1 y 65535."],
    ["Quién envía", "Escribe la dirección que envía."],
    ["Quién recibe", "Escribe al menos una dirección."],
  ] as const) {
    expect(box(field).getAttribute("aria-describedby")).toBe((await screen.findByText(message)).id);
  }
  expect(document.activeElement).toBe(box("Nombre"));
  expect(calls("channels.save")).toEqual([]);
  await user.type(box("Nombre"), "Correo");
  expect(screen.queryByText("Escribe un nombre.")).toBeNull();
  await expectAccessible();
});

test.each([
  ["Servidor de correo", "marta@robles.example", /Escribe solo el nombre del servidor/],
  ["Puerto", "99999", /entre 1 y 65535/],
  ["Quién envía", "nadie", /«nadie» no es una dirección de correo/],
  ["Quién recibe", "marta@robles.example, luis", /«luis» no es una dirección de correo/],
])("a_wrong_%s_is_refused_at_its_field_and_nothing_typed_is_lost", async (field, text, message) => {
  const { user } = await show();
  await add(user, "Correo");
  const good = {
    "Servidor de correo": "smtp.robles.example",
    "Quién envía": "a@b.example",
    "Quién recibe": "a@b.example",
  };
  for (const [name, value] of Object.entries({ ...good, [field]: text })) {
    await user.clear(box(name));
    await user.type(box(name), value);
  }
  await submit(user);
  expect(box(field).getAttribute("aria-describedby")).toBe((await screen.findByText(message)).id);
  expect(box(field).value).toBe(text);
  expect(document.activeElement).toBe(box(field));
});

test("what_is_no_address_of_the_web_is_refused", async () => {
  const { user } = await show("en");
  const line = await openMenu(user, "Add");
  await user.click(line("Outside watcher"));
  await user.type(await screen.findByLabelText("Address"), "vigilante");
  await user.click(screen.getByRole("button", { name: "Save and test" }));
  await screen.findByText("It is not a web address: it must begin with https://");
});

test("a_mail_account_is_set_up_and_tried_out", async () => {
  const { user, calls } = await show();
  await add(user, "Correo");
  await user.type(box("Servidor de correo"), "smtp.robles.example");
  await user.selectOptions(screen.getByRole("combobox", { name: "Cifrado" }), "TLS (465)");
  expect(box("Puerto").value).toBe("465");
  await user.type(box("Usuario"), "marta");
  await submit(user);
  expect((await screen.findByText("Escribe la contraseña de este usuario.")).id).toBe(
    screen.getByLabelText("Contraseña").getAttribute("aria-describedby"),
  );
  expect(document.activeElement).toBe(screen.getByLabelText("Contraseña"));
  await user.type(screen.getByLabelText("Contraseña"), "secreta");
  await user.type(box("Quién envía"), "Resguardo <marta@robles.example>");
  await user.type(box("Quién recibe"), "marta@robles.example, luis@robles.example");
  await submit(user);
  await toast("«Correo» recibe avisos: la prueba llegó");
  const saved = calls("channels.save").at(-1);
  expect(saved).toMatchObject({
    name: "Correo",
    secret: "secreta",
    fresh: true,
    config: { host: "smtp.robles.example", port: 465, to: ["marta@robles.example", "luis@robles.example"] },
  });
});

test("a_way_whose_test_does_not_arrive_is_kept_and_tried_again", async () => {
  const { user, calls, host } = await show();
  await add(user, "Discord");
  await user.type(screen.getByLabelText("Dirección"), "https://caido.example/x");
  await submit(user);
  await screen.findByText("Está guardado, pero la prueba no llegó.");
  await expectAccessible();
  expect(host.world.channels.map((each) => each.name)).toContain("Discord");
  await user.clear(screen.getByLabelText("Dirección"));
  await user.type(screen.getByLabelText("Dirección"), "https://discord.example/x");
  await submit(user);
  await toast(/la prueba llegó/);
  expect(calls("channels.save").map((asked) => (asked as { fresh: boolean }).fresh)).toEqual([true, false]);
});

test("a_name_that_is_taken_is_refused_at_its_field", async () => {
  const { user } = await show();
  await add(user, "Slack");
  await user.type(screen.getByLabelText("Dirección"), "https://slack.example/x");
  await submit(user);
  await screen.findByText(/^Ya existe un canal «Slack»\./);
  expect(box("Nombre").getAttribute("aria-invalid")).toBe("true");
  await waitFor(() => expect(document.activeElement).toBe(box("Nombre")));
});

test("editing_keeps_the_secret_that_is_never_shown", async () => {
  const { user, calls } = await show();
  const line = await openMenu(user, "Opciones de Por correo");
  await user.click(line("Editar…"));
  await screen.findByRole("dialog", { name: "Editar «Por correo»" });
  expect((screen.getByLabelText("Contraseña") as HTMLInputElement).value).toBe("");
  expect(screen.queryByRole("textbox", { name: "Nombre" })).toBeNull();
  await user.type(box("Quién recibe"), ", luis@robles.example");
  await submit(user);
  await toast(/la prueba llegó/);
  expect(calls("channels.save").at(-1)).toMatchObject({ name: "Por correo", secret: null, fresh: false });
});

test("removing_takes_two_steps", async () => {
  const { user, host } = await show("en");
  const line = await openMenu(user, "Options of Slack");
  await user.click(line("Remove…"));
  await screen.findByRole("dialog", { name: "Remove “Slack”" });
  expect(document.activeElement?.textContent).toBe("Cancel");
  await expectAccessible();
  await user.click(screen.getByRole("button", { name: "Remove" }));
  await toast("“Slack” was removed");
  expect(host.world.channels.map((each) => each.name)).not.toContain("Slack");
});
