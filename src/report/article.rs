//! The article's own training logs, compiled in.
//!
//! Source: lukewood (2023), "Approximating non-Function Mappings with Mixture Density
//! Networks", Keras code examples; read from the output printed there, epoch by epoch,
//! with the digits it shows. Figures of one unseeded run of that program.

use super::RenderError;

/// One run as Keras printed it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct ArticleLog {
    /// Mean training loss of each epoch.
    pub(super) loss: Vec<f64>,
    /// Validation loss after each epoch.
    pub(super) val_loss: Vec<f64>,
}

impl ArticleLog {
    /// The mixture density network with K = 20: nats.
    pub(super) fn mdn() -> Result<Self, RenderError> {
        Self::parse(
            "article_log_mdn.csv",
            include_str!("data/article_log_mdn.csv"),
        )
    }

    /// The baseline: mean squared error.
    pub(super) fn mse() -> Result<Self, RenderError> {
        Self::parse(
            "article_log_mse.csv",
            include_str!("data/article_log_mse.csv"),
        )
    }

    fn parse(file: &'static str, text: &str) -> Result<Self, RenderError> {
        let mut log = Self::default();
        for (index, line) in text.lines().enumerate().skip(1) {
            let bad = || RenderError::ArticleLog {
                file,
                line: index + 1,
            };
            let mut fields = line.split(',').skip(1);
            let mut next = || -> Result<f64, RenderError> {
                let field = fields.next().ok_or_else(bad)?;
                field.trim().parse().map_err(|_| bad())
            };
            log.loss.push(next()?);
            log.val_loss.push(next()?);
        }
        if log.loss.is_empty() {
            return Err(RenderError::ArticleLog { file, line: 1 });
        }
        Ok(log)
    }

    /// Epochs run.
    pub(super) fn n_epochs(&self) -> usize {
        self.val_loss.len()
    }

    /// Validation loss after the last epoch.
    pub(super) fn last_val_loss(&self) -> f64 {
        self.val_loss.last().copied().unwrap_or(f64::NAN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_logs_end_where_the_article_does() -> Result<(), RenderError> {
        let (mdn, mse) = (ArticleLog::mdn()?, ArticleLog::mse()?);
        assert_eq!((mdn.n_epochs(), mse.n_epochs()), (143, 41));
        assert!((mdn.last_val_loss() + 0.1763).abs() < 1e-12);
        assert!((mse.last_val_loss() - 0.9923).abs() < 1e-12);
        Ok(())
    }

    #[test]
    fn a_broken_log_names_its_line() {
        let error = ArticleLog::parse("x.csv", "epoch,loss,val_loss\n1,0.5,0.4\n2,oops,0.3\n");
        assert!(matches!(
            error,
            Err(RenderError::ArticleLog { line: 3, .. })
        ));
        assert!(ArticleLog::parse("x.csv", "epoch\n").is_err());
    }
}
