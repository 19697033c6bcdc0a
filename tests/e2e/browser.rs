//! The window as a person has it before them: what it shows, a click, a word typed. Driven over WebDriver, which the window's own
//! engine speaks; no call lasts for ever.

use std::future::Future;
use std::net::{TcpListener, TcpStream};

use fantoccini::elements::Element;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value, json};
use tokio::runtime::Runtime;

use crate::desk::{Desk, PROGRAM};
use crate::process::{Kept, LONG, wait_for};

/// A window under control. The program beside the clock is started by it when there is none.
pub(crate) struct Browser {
    runtime: Runtime,
    client: Option<Client>,
    _driver: Kept,
}

impl Browser {
    /// Opens the window, with more arguments when there are any.
    pub(crate) fn open(desk: &Desk, arguments: &[&str]) -> Self {
        let port = free_port();
        let mut command = desk.command("WebKitWebDriver");
        command.arg(format!("--port={port}")).arg("--host=127.0.0.1").env("TAURI_WEBVIEW_AUTOMATION", "true");
        let driver = Kept::start(&mut command);
        wait_for("the driver", || TcpStream::connect(("127.0.0.1", port)).ok().map(drop));
        let arguments = [&["--window"], arguments].concat();
        let options = json!({ "binary": PROGRAM, "args": arguments });
        let wanted = Map::from_iter([("webkitgtk:browserOptions".to_owned(), options)]);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(wanted);
        let address = format!("http://127.0.0.1:{port}");
        let client = within(&runtime, "a session", builder.connect(&address));
        Self { runtime, client: Some(client), _driver: driver }
    }

    /// The title of the page.
    pub(crate) fn title(&self) -> String {
        self.run("the title", self.client().title())
    }

    /// Waits for an element, by its CSS selector.
    pub(crate) fn find(&self, selector: &str) -> Element {
        let client = self.client();
        let found = client.wait().at_most(LONG).for_element(Locator::Css(selector));
        self.run(selector, found)
    }

    /// What an element says.
    pub(crate) fn text(&self, selector: &str) -> String {
        self.find(selector);
        // The driver's own answer to this was seen to be empty for a heading that shows.
        let said = self.script("return document.querySelector(arguments[0])?.innerText", &[json!(selector)]);
        said.as_str().unwrap_or_default().trim().to_owned()
    }

    /// Clicks an element.
    pub(crate) fn click(&self, selector: &str) {
        self.run(selector, self.find(selector).click());
    }

    /// Clicks the button that says something, once it is there and can be clicked.
    pub(crate) fn press(&self, says: &str) {
        self.click_on(&format!("//button[{}]", named(says)));
    }

    /// Clicks such a button of the open dialog.
    pub(crate) fn press_in_dialog(&self, says: &str) {
        self.click_on(&format!("//dialog[@open]//button[{}]", named(says)));
    }

    /// Follows the link that says something.
    pub(crate) fn follow(&self, says: &str) {
        self.click_on(&format!("//a[{}]", named(says)));
    }

    /// Waits until the page says something.
    pub(crate) fn says(&self, text: &str) {
        wait_for(text, || {
            let all = self.script("return document.body.innerText", &[]);
            all.as_str().is_some_and(|all| all.contains(text)).then_some(())
        });
    }

    /// Chooses what a list offers, by its value.
    pub(crate) fn choose(&self, label: &str, value: &str) {
        let list = self.find(&format!("select[aria-label='{label}']"));
        self.run(label, list.select_by_value(value));
    }

    fn click_on(&self, path: &str) {
        let found = self.client().wait().at_most(LONG).for_element(Locator::XPath(path));
        self.run(path, self.run(path, found).click());
    }

    /// Replaces what a field holds.
    pub(crate) fn fill(&self, selector: &str, text: &str) {
        let field = self.find(selector);
        self.run(selector, field.clear());
        self.run(selector, field.send_keys(text));
    }

    /// Runs a script in the page; it returns its answer.
    pub(crate) fn script(&self, script: &str, arguments: &[Value]) -> Value {
        self.run("a script", self.client().execute(script, arguments.to_vec()))
    }

    /// Runs a script that waits, and calls its last argument when it is done.
    pub(crate) fn wait_script(&self, what: &str, script: &str, arguments: &[Value]) -> Value {
        self.run(what, self.client().execute_async(script, arguments.to_vec()))
    }

    /// Asks the program, as the page does: the answer, or what was said instead.
    pub(crate) fn invoke(&self, command: &str, arguments: &Value) -> Result<Value, Value> {
        const SCRIPT: &str = "
            const [command, values, done] = arguments;
            window.__TAURI_INTERNALS__.invoke(command, values)
                .then((value) => done({ value: value === undefined ? null : value }), (error) => done({ error }));";
        let mut answer = self.wait_script(command, SCRIPT, &[json!(command), arguments.clone()]);
        match answer.get_mut("error") {
            Some(error) => Err(error.take()),
            None => Ok(answer["value"].take()),
        }
    }

    /// Asks the engine, as the page does.
    pub(crate) fn call(&self, name: &str, request: Value) -> Result<Value, Value> {
        self.invoke("call", &json!({ "name": name, "request": request, "language": "en" }))
    }

    fn client(&self) -> &Client {
        self.client.as_ref().unwrap()
    }

    fn run<T, E: std::fmt::Debug>(&self, what: &str, work: impl Future<Output = Result<T, E>>) -> T {
        within(&self.runtime, what, work)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if let Some(client) = self.client.take() {
            // The driver is ended in any case, and the window with it.
            let _ = self.runtime.block_on(async { tokio::time::timeout(LONG, client.close()).await });
        }
    }
}

/// The condition of a button or a link that says a text, alone or among others, and can be used now.
fn named(text: &str) -> String {
    format!("contains(normalize-space(.), \"{text}\") and not(@disabled)")
}

fn within<T, E: std::fmt::Debug>(
    runtime: &Runtime,
    what: &str,
    work: impl Future<Output = Result<T, E>>,
) -> T {
    let done = runtime.block_on(async { tokio::time::timeout(LONG, work).await });
    done.unwrap_or_else(|_| panic!("waited in vain for {what}"))
        .unwrap_or_else(|error| panic!("{what}: {error:?}"))
}

fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}
