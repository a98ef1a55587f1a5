use extism::{Manifest, Plugin, Wasm};
use serde_json::Value;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(module), Some(payload)) = (arguments.next(), arguments.next()) else {
        return Err("usage: decide MODULE PAYLOAD".into());
    };
    let mut plugin = Plugin::new(Manifest::new([Wasm::file(module)]), [], false)?;
    let answer: String = plugin.call("decide", std::fs::read(payload)?)?;
    let decision: Value = serde_json::from_str(&answer)?;
    println!("{}", decision["decision"].as_str().unwrap_or_default());
    for finding in decision["findings"].as_array().into_iter().flatten() {
        let [severity, rule, message] =
            ["severity", "rule", "message"].map(|key| finding[key].as_str().unwrap_or_default());
        println!("{severity} {rule} {message}");
    }
    Ok(())
}
