//! Formulas: LaTeX in the source, MathML on the page, made when the page is.

use pulldown_latex::config::{DisplayMode, RenderConfig};
use pulldown_latex::{Parser, Storage, push_mathml};

use super::RenderError;

/// A formula within a line.
pub(super) fn inline(latex: &'static str) -> Result<String, RenderError> {
    render(latex, DisplayMode::Inline)
}

/// A formula on a line of its own.
pub(super) fn display(latex: &'static str) -> Result<String, RenderError> {
    render(latex, DisplayMode::Block)
}

fn render(latex: &'static str, display_mode: DisplayMode) -> Result<String, RenderError> {
    let fault = |message: String| RenderError::Formula { latex, message };
    let storage = Storage::new();
    // The crate writes the annotation as it is given.
    let source = super::number::escape(latex);
    let parser = Parser::new(latex, &storage);
    let config = RenderConfig {
        display_mode,
        annotation: Some(&source),
        ..RenderConfig::default()
    };
    let mut out = String::new();
    push_mathml(&mut out, parser, config).map_err(|error| fault(error.to_string()))?;
    // Faults inside a formula are drawn into it, not returned.
    if out.contains("<merror") {
        return Err(fault("not understood".to_owned()));
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_is_mathml_and_a_broken_one_is_an_error() {
        let good = inline(r"\sigma_k > 0").expect("a plain formula");
        assert!(good.starts_with("<math") && good.contains('σ'), "{good}");
        assert!(good.contains(">\\sigma_k &gt; 0</annotation>"), "{good}");
        assert!(display(r"\frac{1}{").is_err());
        assert!(display(r"\nosuchcommand x").is_err());
    }
}
