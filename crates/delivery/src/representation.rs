use annai_content::{FieldRole, GuideSource, Schema};
use annai_contract::{Member, OWN_MEMBERS, Object, SelectedGuideDocument};
use annai_domain::Encoding;
use annai_storage::delivery::Part;
use annai_web::Problem;
use bytes::Bytes;
use jiff::Timestamp;
use serde_json::Value;

use crate::error::{Broken, NoBody};
use crate::parameters::{BodyParts, Commas, Include};
use crate::site::{Bodies, Guide};

/// The parts of a guide in an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shape {
    /// The members of `data`; `None` for all.
    fields: Option<Vec<String>>,
    /// The parts of the body.
    pub(crate) body: BodyParts,
    /// Whether the cards of related guides are included.
    pub(crate) related: bool,
}

/// The stored parts of one guide, borrowed.
#[derive(Debug)]
pub(crate) struct Stored<'a> {
    pub(crate) answer: &'a str,
    pub(crate) source: Option<&'a [u8]>,
    pub(crate) plain_text: Option<&'a str>,
}

/// The stored parts of one guide that a shape needs.
#[derive(Debug)]
pub(crate) struct Parts {
    answer: Bytes,
    source: Option<Bytes>,
    plain_text: Option<Bytes>,
}

impl Parts {
    /// Loads the document and the parts that `body` needs.
    pub(crate) async fn load(
        bodies: &Bodies,
        guide: &Guide,
        body: BodyParts,
    ) -> Result<Self, NoBody> {
        let load = async |part, is_wanted| {
            if is_wanted {
                bodies.get(guide, part).await.map(Some)
            } else {
                Ok(None)
            }
        };
        Ok(Self {
            answer: bodies.get(guide, Part::Answer(Encoding::Identity)).await?,
            source: load(Part::Source, body.markdown).await?,
            plain_text: load(Part::PlainText, body.text).await?,
        })
    }

    pub(crate) fn stored(&self) -> Result<Stored<'_>, Broken> {
        let text = |bytes, what| std::str::from_utf8(bytes).map_err(|_| Broken::Missing(what));
        let plain_text = self.plain_text.as_ref();
        Ok(Stored {
            answer: text(&self.answer, "answer as text")?,
            source: self.source.as_deref(),
            plain_text: plain_text
                .map(|bytes| text(bytes, "plain_text as text"))
                .transpose()?,
        })
    }
}

/// The members of the stored document.
#[derive(Debug)]
pub(crate) struct Document<'a> {
    pub(crate) data: Object<'a>,
    whole: Object<'a>,
}

impl Shape {
    /// The default shape of `GET /v1/guides/{slug}`: the stored bytes.
    pub(crate) const USUAL: Self = Self {
        fields: None,
        body: BodyParts::USUAL,
        related: true,
    };
    /// The default shape of a guide in a list.
    pub(crate) const LISTED: Self = Self {
        fields: None,
        body: BodyParts::NONE,
        related: false,
    };

    /// Applies the parameters of a request to `usual`.
    pub(crate) fn read(
        usual: &Self,
        fields: Option<Commas>,
        body: Option<BodyParts>,
        include: Option<Include>,
        schema: &Schema,
    ) -> Result<Self, Problem> {
        let fields = fields.map(|Commas(fields)| fields);
        if let Some(fields) = &fields {
            known_fields(fields, schema)?;
        }
        let body = match (body, &fields) {
            (Some(body), _) => body,
            (None, None) => usual.body,
            (None, Some(fields)) if fields.iter().any(|field| field == "body") => BodyParts::USUAL,
            (None, Some(_)) => BodyParts::NONE,
        };
        let related = match include {
            Some(Include::Related) => true,
            Some(Include::None) => false,
            None => usual.related,
        };
        Ok(Self {
            fields,
            body,
            related,
        })
    }

    fn has(&self, member: &str) -> bool {
        let fields = self.fields.as_ref();
        fields.is_none_or(|fields| fields.iter().any(|field| field == member))
    }
}

/// Returns every member that the `data` of a guide may have.
pub(crate) fn members(schema: &Schema) -> Vec<&str> {
    let of_schema = schema.fields().iter().map(|field| field.key.as_str());
    let own = OWN_MEMBERS.into_iter();
    let mut names: Vec<&str> = own.clone().collect();
    names.extend(of_schema.filter(|name| own.clone().all(|known| known != *name)));
    names
}

fn known_fields(fields: &[String], schema: &Schema) -> Result<(), Problem> {
    let known = members(schema);
    let Some(wrong) = fields.iter().find(|field| !known.contains(&field.as_str())) else {
        return Ok(());
    };
    let suggestion = annai_web::suggest(wrong, &known);
    let error = annai_web::ProblemError::parameter("fields", "not_one_of")
        .with_message(format!("a guide has no `{wrong}`"))
        .with_suggestion(suggestion);
    Err(Problem::new(annai_web::ProblemKind::InvalidParameter)
        .with_detail(format!("fields: a guide has no `{wrong}`"))
        .with_error(error))
}

impl<'a> Document<'a> {
    /// Splits a stored document into its members.
    pub(crate) fn read(text: &'a str) -> Result<Self, Broken> {
        let whole = Object::read(text)?;
        let data = whole.raw("data").ok_or(Broken::Missing("answer.data"))?;
        let data = Object::read(data.get())?;
        Ok(Self { data, whole })
    }

    /// Returns the stored cards of related guides and the unresolved slugs.
    pub(crate) fn included(&self) -> Option<&'a serde_json::value::RawValue> {
        self.whole.raw("included")
    }

    /// Returns the rendered body.
    pub(crate) fn html(&self) -> Result<String, Broken> {
        let body = self
            .data
            .raw("body")
            .ok_or(Broken::Missing("answer.data.body"))?;
        let html = Object::read(body.get())?.raw("html");
        Ok(serde_json::from_str(
            html.ok_or(Broken::Missing("answer.data.body.html"))?.get(),
        )?)
    }

    /// Returns the title; empty where the guide has none.
    pub(crate) fn title(&self, schema: &Schema) -> String {
        let title = schema.key_of(FieldRole::Title);
        let title = title.and_then(|key| self.data.raw(key));
        let title = title.and_then(|title| serde_json::from_str(title.get()).ok());
        title.unwrap_or_default()
    }

    /// Cuts `data` down to `shape`, in the stored order. Entries of lists and answers to `fields`
    /// also hold the time `updated_at`.
    pub(crate) fn cut(
        self,
        shape: &Shape,
        stored: &Stored<'a>,
        updated_at: Option<Timestamp>,
    ) -> Result<Object<'a>, Broken> {
        let mut data = Object(Vec::new());
        for (name, member) in self.data.0 {
            match (name.as_str(), member) {
                ("body", _) if shape.body == BodyParts::NONE => {}
                ("body", Member::Raw(body)) => {
                    let body = cut_body(body.get(), shape.body, stored)?;
                    data.push("body", Member::Object(body));
                }
                (_, member) if shape.has(&name) => data.0.push((name, member)),
                _ => {}
            }
        }
        if let Some(at) = updated_at.filter(|_| shape.has("updated_at")) {
            data.push("updated_at", Member::New(at.to_string().into()));
        }
        Ok(data)
    }
}

/// Writes the document of one guide in another shape than the stored one.
pub(crate) fn reshape(
    stored: &Stored<'_>,
    shape: &Shape,
    updated_at: Timestamp,
) -> Result<Vec<u8>, Broken> {
    let document = Document::read(stored.answer)?;
    let whole = &document.whole;
    let meta = whole.raw("meta").ok_or(Broken::Missing("answer.meta"))?;
    let links = whole.raw("links").ok_or(Broken::Missing("answer.links"))?;
    let included = document.included().filter(|_| shape.related);
    let is_asked = shape.fields.is_some();
    let data = document.cut(shape, stored, is_asked.then_some(updated_at))?;
    Ok(serde_json::to_vec(&SelectedGuideDocument {
        data: serde_json::value::to_raw_value(&data)?,
        included,
        meta,
        links,
    })?)
}

fn cut_body<'a>(
    text: &'a str,
    parts: BodyParts,
    stored: &Stored<'_>,
) -> Result<Object<'a>, Broken> {
    let whole = Object::read(text)?;
    let raw = |name, what| {
        whole
            .raw(name)
            .map(Member::Raw)
            .ok_or(Broken::Missing(what))
    };
    let mut body = Object(Vec::new());
    if parts.html {
        body.push("html", raw("html", "answer.data.body.html")?);
    }
    if parts.markdown {
        let source = stored.source.ok_or(Broken::Missing("source"))?;
        let source = GuideSource::parse(source)?;
        body.push(
            "markdown",
            Member::New(Value::String(source.body().to_owned())),
        );
    }
    if parts.text {
        let text = stored.plain_text.ok_or(Broken::Missing("plain_text"))?;
        body.push("text", Member::New(Value::String(text.to_owned())));
    }
    if parts.toc {
        body.push("toc", raw("toc", "answer.data.body.toc")?);
    }
    Ok(body)
}
