use super::*;

fn scripts() -> Vec<String> {
    let all = crate::files::scripts().into_iter();
    all.filter_map(|(path, _)| Some(path.strip_prefix("js/")?.to_owned()))
        .collect()
}

#[test]
fn every_module_can_be_joined() {
    let modules = scripts();
    assert!(modules.len() > 20, "{modules:?}");
    for path in modules {
        let script = joined(&format!("pages/main/{path}")).unwrap().unwrap();
        let statement = |line: &&str| line.starts_with("import ") || line.starts_with("export ");
        let left = script.lines().filter(statement).filter(|line| {
            !line.contains("annaiModules") && !line.starts_with("import * as annai_vendor")
        });
        assert_eq!(left.count(), 0, "{path}");
    }
}

#[test]
fn the_script_of_a_page_holds_each_module_once_and_after_its_imports() {
    let script = joined("pages/editor.js").unwrap().unwrap();
    let place = |path: &str| {
        let found: Vec<_> = script
            .match_indices(&format!("{{ // js/{path}\n"))
            .collect();
        assert_eq!(found.len(), 1, "{path}");
        found[0].0
    };
    assert!(place("words.js") < place("main.js"));
    assert!(place("main.js") < place("editor.js"));
    assert!(place("measure.js") < place("counters.js"));
    assert!(!script.contains("js/markdown/rich.js\n"));
    assert!(script.contains("await import(\"./editor/markdown/rich.js\")"));
    let later = joined("pages/editor/markdown/rich.js").unwrap().unwrap();
    assert!(later.contains("{ // js/markdown/rich.js\n"));
    assert!(!later.contains("{ // js/words.js\n"));
    assert!(later.contains("import { annaiModules } from \"../../editor.js\";"));
    assert!(later.contains("from \"../../../vendor/writing.js\";"));
    assert!(later.ends_with("export const { Rich } = annaiModules[\"markdown/rich.js\"];\n"));
}

#[test]
fn a_page_knows_the_files_that_it_loads_later() {
    let editor = addresses("editor").unwrap();
    assert_eq!(editor.script, "pages/editor.js");
    assert_eq!(
        editor.later,
        ["pages/editor/markdown/rich.js", "vendor/writing.js"]
    );
    assert_eq!(addresses("main").unwrap().later, [""; 0]);
}

#[test]
fn a_script_that_a_page_names_is_joined_once_and_another_is_not_kept() {
    let kept = super::kept::Kept::of_our_files();
    let place = |path: &str| kept.script(path).unwrap().unwrap().as_ptr();
    for path in ["pages/editor.js", "pages/editor/markdown/rich.js"] {
        let script = kept.script(path).unwrap().unwrap();
        assert_eq!(Some(script), joined(path).unwrap().map(Into::into));
        assert_eq!(place(path), place(path), "{path}");
    }
    let other = "pages/main/words.js";
    let (first, second) = (kept.script(other).unwrap(), kept.script(other).unwrap());
    assert_ne!(first.unwrap().as_ptr(), second.unwrap().as_ptr());
    assert_eq!(kept.script("pages/nothing.js"), Ok(None));
}

#[test]
fn an_import_becomes_a_pattern_and_an_export_a_member() {
    let text = "import { a, b as c } from \"../x.js\";\nimport {\n  d,\n} from \"./y.js\";\n\
        export class E {}\nexport async function f() {}\nexport const g = 1;\n";
    let module = Module::parse("folder/z.js", text).unwrap();
    let mut script = String::new();
    module.write(&mut script, "./");
    let expected = "{ // js/folder/z.js\nconst { a, b: c } = annaiModules[\"x.js\"];\n\
        const { d, } = annaiModules[\"folder/y.js\"];\nclass E {}\nasync function f() {}\n\
        const g = 1;\nannaiModules[\"folder/z.js\"] = { E, f, g };\n}\n";
    assert_eq!(script.replace("{   d", "{ d"), expected);
}

#[test]
fn a_statement_in_another_form_is_refused() {
    let statements = [
        "import all from \"./x.js\";",
        "import * as all from \"./x.js\";",
        "export default 1;",
        "export { a };",
        "export let a = 1;",
    ];
    for statement in statements {
        assert!(
            matches!(
                Module::parse("a.js", statement),
                Err(JoinError::Statement { .. })
            ),
            "{statement}"
        );
    }
}

#[test]
fn other_paths_are_no_joined_scripts() {
    assert_eq!(joined("js/main.js"), Ok(None));
    // Strangers ask for such paths. They are not faults of ours and write nothing into the log.
    for path in [
        "nothing.js",
        "editor/nothing.js",
        "nothing/main.js",
        "editor/../../style.css",
        "editor/../main.js",
        "a\nINFO forged.js",
        "\0.js",
        "",
    ] {
        assert_eq!(joined(&format!("pages/{path}")), Ok(None), "{path:?}");
    }
}
