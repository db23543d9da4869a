use std::borrow::Cow;

use pulldown_cmark::LinkType;

use super::super::escape::{push_address, push_text};
use super::super::html_tag::HtmlTag;
use super::Writer;
use crate::GuideLink;
use crate::address::{may_link, may_show};

/// An image whose tag is not written yet, because it contains the alternative text.
pub(super) struct OpenImage {
    address: String,
    title: String,
    alternative: String,
}

impl Writer<'_> {
    pub(super) fn text(&mut self, text: &str) {
        let text = self.source.strip(text);
        self.visible(&text);
    }

    /// Writes visible text to the current target.
    fn visible(&mut self, text: &str) {
        if let Some(image) = self.images.last_mut() {
            image.alternative.push_str(text);
            return;
        }
        push_text(&mut self.html, text);
        self.plain.push(text);
    }

    pub(super) fn code(&mut self, code: &str) {
        let code = self.source.strip(code);
        self.inline("<code>");
        self.visible(&code);
        self.inline("</code>");
    }

    pub(super) fn raw_html(&mut self, html: &str) {
        let html = self.source.strip(html);
        if !self.guide {
            self.inline(&html);
            return;
        }
        match HtmlTag::parse(&html) {
            Some(HtmlTag::Open(element)) if element.is_inline() => self.inline(element.start_tag()),
            Some(HtmlTag::Close(element)) if element.is_inline() => self.inline(element.end_tag()),
            Some(HtmlTag::Anchor(id)) => self.anchor(id),
            _ => self.visible(&html),
        }
    }

    /// Writes a place to which links lead. Of two with one name readers reach the first.
    fn anchor(&mut self, id: &str) {
        if self.ids.take(id) {
            self.inline("<a id=\"");
            self.inline(id);
            self.inline("\"></a>");
            self.rendered.places.push(id.to_owned());
        }
    }

    pub(super) fn line_break(&mut self, html: &str) {
        if let Some(image) = self.images.last_mut() {
            image.alternative.push('\n');
            return;
        }
        self.html.push_str(html);
        self.plain.push(" ");
    }

    pub(super) fn hard_break(&mut self) {
        if !self.images.is_empty() || self.heading.is_some() || self.table.is_open() {
            self.line_break("<br />\n");
            return;
        }
        self.html.push_str("<br />\n");
        self.plain.end_block(1);
    }

    pub(super) fn task_marker(&mut self, done: bool) {
        self.html.push_str("<input type=\"checkbox\" disabled=\"\"");
        if done {
            self.html.push_str(" checked=\"\"");
        }
        self.html.push_str(" /> ");
    }

    /// Writes markup inside a paragraph; an image's alternative text has none.
    pub(crate) fn inline(&mut self, html: &str) {
        if self.images.is_empty() {
            self.html.push_str(html);
        }
    }

    pub(super) fn open_link(&mut self, kind: LinkType, address: &str, title: &str) {
        let mut address = self.source.strip(address).into_owned();
        if kind == LinkType::Email {
            address.insert_str(0, "mailto:");
        }
        let target = self.target(&address);
        self.links.push(target.is_some());
        if let Some(target) = target.filter(|_| self.images.is_empty()) {
            let title = self.source.strip(title);
            self.html.push_str("<a href=\"");
            push_address(&mut self.html, &target);
            push_title(&mut self.html, &title);
            self.html.push_str("\">");
        }
        if self.images.is_empty() {
            self.rendered.links.push(address);
        }
    }

    /// Returns the address to which a link leads; `None` where it may lead nowhere.
    fn target<'t>(&self, address: &'t str) -> Option<Cow<'t, str>> {
        if !self.guide {
            return Some(Cow::Borrowed(address));
        }
        match GuideLink::reference(address) {
            Some(link) => self.addresses.of(&link).map(Cow::Owned),
            None => may_link(address).then_some(Cow::Borrowed(address)),
        }
    }

    pub(super) fn close_link(&mut self) {
        if self.links.pop() == Some(true) {
            self.inline("</a>");
        }
    }

    pub(super) fn open_image(&mut self, address: &str, title: &str) {
        let address = self.source.strip(address).into_owned();
        self.rendered.images.push(address.clone());
        let title = self.source.strip(title).into_owned();
        self.images.push(OpenImage {
            address,
            title,
            alternative: String::new(),
        });
    }

    pub(super) fn close_image(&mut self) {
        let Some(image) = self.images.pop() else {
            return;
        };
        if let Some(outer) = self.images.last_mut() {
            outer.alternative.push_str(&image.alternative);
            return;
        }
        if self.guide && !may_show(&image.address) {
            self.visible(&image.alternative);
            return;
        }
        self.html.push_str("<img src=\"");
        push_address(&mut self.html, &image.address);
        self.html.push_str("\" alt=\"");
        push_text(&mut self.html, &image.alternative);
        push_title(&mut self.html, &image.title);
        self.html.push_str("\" />");
        self.plain.push(&image.alternative);
    }
}

/// Ends the previous attribute and leaves its own attribute open.
fn push_title(html: &mut String, title: &str) {
    if !title.is_empty() {
        html.push_str("\" title=\"");
        push_text(html, title);
    }
}
