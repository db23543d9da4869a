use std::collections::BTreeSet;

use http::StatusCode;
use serde_json::Value;

/// The place of components in an OpenAPI document.
const COMPONENTS: &str = "#/components/schemas/";

/// Marks the members of responses that may be null as required.
///
/// Our types write `None` as null, so such a member is always present. The exceptions skip `None`
/// and are described as never null. Components of request bodies stay as they are, because a
/// request may leave such a member out. The components named in `partial` stay too.
pub fn require_nullable_members(openapi: &mut Value, partial: &[&str]) {
    let mut optional: BTreeSet<String> = partial.iter().map(|name| (*name).to_owned()).collect();
    collect_of_requests(openapi, openapi, &mut optional);
    let Some(components) = openapi["components"]["schemas"].as_object_mut() else {
        return;
    };
    for (name, schema) in components {
        if !optional.contains(name) {
            require(schema);
        }
    }
}

/// Gives every response a description, as OpenAPI demands: by default the name of its status.
pub fn describe_responses(openapi: &mut Value) {
    let paths = openapi["paths"].as_object_mut().into_iter().flatten();
    let operations = paths.flat_map(|(_, item)| item.as_object_mut().into_iter().flatten());
    for (_, operation) in operations {
        let responses = operation["responses"].as_object_mut().into_iter().flatten();
        for (status, response) in responses {
            let is_described = response["description"]
                .as_str()
                .is_some_and(|text| !text.is_empty());
            if !is_described {
                let status = status.parse().ok();
                let status = status.and_then(|status| StatusCode::from_u16(status).ok());
                let reason = status.and_then(|status| status.canonical_reason());
                response["description"] = reason.unwrap_or("The request is refused").into();
            }
        }
    }
}

/// Collects the components that request bodies refer to.
fn collect_of_requests(part: &Value, openapi: &Value, names: &mut BTreeSet<String>) {
    match part {
        Value::Object(members) => {
            for (name, value) in members {
                if name == "requestBody" {
                    collect(value, openapi, names);
                } else {
                    collect_of_requests(value, openapi, names);
                }
            }
        }
        Value::Array(items) => {
            for item in items {
                collect_of_requests(item, openapi, names);
            }
        }
        _ => {}
    }
}

/// Collects the components that `part` refers to, directly or through others.
fn collect(part: &Value, openapi: &Value, names: &mut BTreeSet<String>) {
    match part {
        Value::Object(members) => {
            let reference = members.get("$ref").and_then(Value::as_str);
            if let Some(name) = reference.and_then(|to| to.strip_prefix(COMPONENTS))
                && names.insert(name.to_owned())
            {
                collect(&openapi["components"]["schemas"][name], openapi, names);
            }
            for value in members.values() {
                collect(value, openapi, names);
            }
        }
        Value::Array(items) => {
            for item in items {
                collect(item, openapi, names);
            }
        }
        _ => {}
    }
}

fn require(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            let nullable: Vec<Value> = members
                .get("properties")
                .and_then(Value::as_object)
                .into_iter()
                .flatten()
                .filter(|(_, member)| is_nullable(member))
                .map(|(name, _)| Value::from(name.as_str()))
                .collect();
            if !nullable.is_empty() {
                let required = members
                    .entry("required")
                    .or_insert_with(|| Value::Array(Vec::new()));
                if let Value::Array(required) = required {
                    required.extend(nullable);
                    let mut seen = BTreeSet::new();
                    required.retain(|name| seen.insert(name.to_string()));
                }
            }
            members.values_mut().for_each(require);
        }
        Value::Array(items) => items.iter_mut().for_each(require),
        _ => {}
    }
}

fn is_nullable(schema: &Value) -> bool {
    let is_null = |one: &Value| one == "null" || one["type"] == "null";
    let lists = ["type", "oneOf", "anyOf"];
    let mut lists = lists.iter().filter_map(|list| schema[*list].as_array());
    lists.any(|list| list.iter().any(is_null))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_member_that_may_be_null_is_required_in_responses_only() {
        let members = json!({
            "title": {"type": "string"},
            "next": {"type": ["string", "null"]},
            "owner": {"oneOf": [{"type": "null"}, {"$ref": "#/components/schemas/Owner"}]},
        });
        let component = json!({"type": "object", "required": ["title"], "properties": members});
        let mut openapi = json!({
            "paths": {"/": {"post": {"requestBody": {"$ref": "#/components/schemas/Outer"}}}},
            "components": {"schemas": {
                "Outer": {"items": {"$ref": "#/components/schemas/Sent"}},
                "Sent": component, "Received": component, "Partial": component,
                "Union": {"oneOf": [component]},
            }},
        });

        require_nullable_members(&mut openapi, &["Partial"]);

        let schemas = &openapi["components"]["schemas"];
        let all = json!(["title", "next", "owner"]);
        assert_eq!(schemas["Received"]["required"], all);
        assert_eq!(schemas["Union"]["oneOf"][0]["required"], all);
        assert_eq!(schemas["Sent"], component);
        assert_eq!(schemas["Partial"], component);
    }

    #[test]
    fn every_response_has_a_description() {
        let mut openapi = json!({"paths": {"/": {"get": {"responses": {
            "200": {}, "204": {"description": "Done"}, "4XX": {"description": ""},
        }}}}});

        describe_responses(&mut openapi);

        let responses = &openapi["paths"]["/"]["get"]["responses"];
        assert_eq!(responses["200"]["description"], "OK");
        assert_eq!(responses["204"]["description"], "Done");
        assert_eq!(responses["4XX"]["description"], "The request is refused");
    }
}
