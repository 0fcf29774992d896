//! A small reader of the page's own HTML: tags, attributes, text. Strict, so that sloppy markup fails.

use std::collections::BTreeMap;

/// Elements without an end tag.
const VOID: [&str; 5] = ["meta", "link", "br", "img", "input"];

/// One element.
#[derive(Debug, Clone, Default)]
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) attributes: BTreeMap<String, String>,
    /// All text within, entities resolved.
    pub(crate) text: String,
    /// Names of the elements around it, outermost first, with their classes: `table.scores`.
    pub(crate) path: Vec<String>,
}

impl Element {
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }
}

/// All elements in the order of their start tags.
///
/// # Errors
/// What is not well-formed, with its place.
pub(crate) fn read(html: &str) -> Result<Vec<Element>, String> {
    let mut elements: Vec<Element> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let text = entities(&rest[..at]);
        for index in &open {
            elements[*index].text.push_str(&text);
        }
        rest = &rest[at..];
        let here = || rest.chars().take(60).collect::<String>();
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = &comment[comment.find("-->").ok_or("an open comment")? + 3..];
        } else if rest.starts_with("<!") {
            rest = &rest[rest.find('>').ok_or("an open declaration")? + 1..];
        } else if let Some(end) = rest.strip_prefix("</") {
            let length = end.find('>').ok_or("an open end tag")?;
            let index = open.pop().ok_or_else(|| format!("stray end: {}", here()))?;
            if elements[index].name != end[..length] {
                let name = &elements[index].name;
                return Err(format!("<{name}> is closed by {}", here()));
            }
            rest = &end[length + 1..];
        } else {
            let length = tag_length(rest).ok_or_else(|| format!("an open tag: {}", here()))?;
            let inner = &rest[1..length - 1];
            let closes = inner.ends_with('/');
            let mut element = start(inner.trim_end_matches('/'))?;
            element.path = open.iter().map(|i| label(&elements[*i])).collect();
            rest = &rest[length..];
            if element.name == "style" || element.name == "script" {
                let end = format!("</{}>", element.name);
                let length = rest.find(&end).ok_or("an open style")?;
                element.text = rest[..length].to_owned();
                rest = &rest[length + end.len()..];
            } else if !closes && !VOID.contains(&element.name.as_str()) {
                open.push(elements.len());
            }
            elements.push(element);
        }
    }
    match open.last() {
        Some(index) => Err(format!("<{}> is never closed", elements[*index].name)),
        None => Ok(elements),
    }
}

fn label(element: &Element) -> String {
    match element.attribute("class") {
        Some(class) => format!("{}.{class}", element.name),
        None => element.name.clone(),
    }
}

/// Length of a start tag; `>` within quotes does not end it.
fn tag_length(text: &str) -> Option<usize> {
    let mut quoted = false;
    for (index, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '>' if !quoted => return Some(index + 1),
            _ => {}
        }
    }
    None
}

fn start(inner: &str) -> Result<Element, String> {
    let (name, mut rest) = inner.split_once([' ', '\n']).unwrap_or((inner, ""));
    let mut attributes = BTreeMap::new();
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            break;
        }
        let length = rest.find(['=', ' ']).unwrap_or(rest.len());
        let key = rest[..length].to_owned();
        rest = &rest[length..];
        let mut value = String::new();
        if let Some(quoted) = rest.strip_prefix("=\"") {
            let length = quoted.find('"').ok_or("an open attribute")?;
            value = entities(&quoted[..length]);
            rest = &quoted[length + 1..];
        } else if rest.starts_with('=') {
            return Err(format!("attribute {key} is not quoted"));
        }
        if attributes.insert(key.clone(), value).is_some() {
            return Err(format!("attribute {key} twice in <{name}>"));
        }
    }
    Ok(Element {
        name: name.to_owned(),
        attributes,
        ..Element::default()
    })
}

fn entities(text: &str) -> String {
    let pairs = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&#13;", "\r"),
        ("&#x27;", "'"),
        ("&#x2F;", "/"),
        ("&amp;", "&"),
    ];
    pairs
        .iter()
        .fold(text.to_owned(), |text, (entity, c)| text.replace(entity, c))
}
