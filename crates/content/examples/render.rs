//! Renders standard input: `cargo run -p annai-content --example render -- commonmark < FILE`.
//!
//! With `fm` it prints what `annai fm parse --json` prints.

use std::io::{Read, Write};
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut input = Vec::new();
    let mut output = std::io::stdout();
    if std::io::stdin().read_to_end(&mut input).is_err() {
        return ExitCode::from(74);
    }
    // The real binary's verbs are accepted too, so that one test can run either: `fm parse --json`,
    // `md render --profile NAME`.
    let answer = if arguments.first().is_some_and(|verb| verb == "fm") {
        annai_content::fm_parse_json(input)
            .map(|value| format!("{value}\n"))
            .map_err(|error| error.to_string())
    } else {
        let profile = arguments.last().map_or("guide", String::as_str);
        let body = String::from_utf8_lossy(&input);
        profile
            .parse()
            .map_err(|error: annai_domain::UnknownWord| error.to_string())
            .and_then(|profile| {
                annai_content::render(&body, profile).map_err(|error| error.to_string())
            })
            .map(|rendered| rendered.html)
    };
    match answer {
        Ok(text) if output.write_all(text.as_bytes()).is_ok() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::from(74),
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "{error}");
            ExitCode::from(65)
        }
    }
}
