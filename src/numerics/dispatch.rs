//! Which vector unit the kernels use: found once, or forced by `MDN_KERNELS`.
//!
//! All paths give the same bits; forcing one is for tests, benchmarks and proof. A kernel
//! is written once, as an `#[inline(always)]` body, and compiled for each path: pulp calls
//! the body from a function that has the path's target features switched on, so that the
//! compiler vectorises it there. This is the only file that reads the environment.

use std::cell::Cell;
use std::sync::OnceLock;

use pulp::x86::{V3, V4};
use pulp::{NullaryFnOnce, Scalar, Simd};
use thiserror::Error;

use super::square::{Square, turned_by_elements, turned_by_shuffles};

/// The environment variable that forces a path: `avx512`, `avx2` or `scalar`.
pub const VARIABLE: &str = "MDN_KERNELS";

/// A vector unit the kernels are compiled for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KernelPath {
    /// AVX-512 F, BW, CD, DQ, VL: 16 lanes of `f32`.
    Avx512,
    /// AVX2 and FMA: 8 lanes.
    Avx2,
    /// The x86-64 baseline. Without hardware FMA each multiply-add calls libm: slow and exact.
    Scalar,
}

/// Why a forced path cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DispatchError {
    /// The word is none of the three.
    #[error("{VARIABLE} is {found:?}: allowed are avx512, avx2 and scalar")]
    UnknownPath {
        /// What the variable holds.
        found: String,
    },
    /// This processor lacks the instructions.
    #[error("{VARIABLE} asks for {}, which this processor lacks", path.name())]
    Unsupported {
        /// The path asked for.
        path: KernelPath,
    },
}

impl KernelPath {
    /// All paths, the widest first.
    pub const ALL: [Self; 3] = [Self::Avx512, Self::Avx2, Self::Scalar];

    /// The word for it in `MDN_KERNELS` and in `timing.json`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Avx512 => "avx512",
            Self::Avx2 => "avx2",
            Self::Scalar => "scalar",
        }
    }

    /// Whether this processor has it.
    #[must_use]
    pub fn is_supported(self) -> bool {
        match self {
            Self::Avx512 => V4::is_available(),
            Self::Avx2 => V3::is_available(),
            Self::Scalar => true,
        }
    }

    /// Lanes of `f32` in one register.
    #[must_use]
    pub const fn lanes(self) -> usize {
        match self {
            Self::Avx512 => 16,
            Self::Avx2 => 8,
            Self::Scalar => 4,
        }
    }

    /// Columns of a panel: two of the registers that a kernel names. The scalar path names numbers.
    pub(crate) const fn panel_width(self) -> usize {
        match self {
            Self::Avx512 | Self::Avx2 => 2 * self.lanes(),
            Self::Scalar => 2,
        }
    }

    /// The path called `word`, if this processor has it.
    ///
    /// # Errors
    /// An unknown word; a path that the processor lacks.
    pub fn parse(word: &str) -> Result<Self, DispatchError> {
        let path = Self::ALL.into_iter().find(|path| path.name() == word);
        match path {
            None => Err(DispatchError::UnknownPath {
                found: word.to_owned(),
            }),
            Some(path) if !path.is_supported() => Err(DispatchError::Unsupported { path }),
            Some(path) => Ok(path),
        }
    }

    /// The widest path of this processor.
    #[must_use]
    pub fn widest() -> Self {
        let supported = Self::ALL.into_iter().find(|path| path.is_supported());
        supported.unwrap_or(Self::Scalar)
    }

    /// Runs `body` with this path for all kernels called on this thread; its result, or
    /// `None` without a call where the processor lacks the path.
    pub fn force<R>(self, body: impl FnOnce() -> R) -> Option<R> {
        struct Restore(Option<KernelPath>);
        impl Drop for Restore {
            fn drop(&mut self) {
                FORCED.set(self.0);
            }
        }
        self.is_supported().then(|| {
            let _restore = Restore(FORCED.replace(Some(self)));
            body()
        })
    }
}

thread_local! {
    static FORCED: Cell<Option<KernelPath>> = const { Cell::new(None) };
}

/// The path in use: the forced one, else the widest this processor has.
///
/// A program calls this once at its start and reports the error; kernels called
/// nevertheless take the widest path.
///
/// # Errors
/// `MDN_KERNELS` holds an unknown word, or a path that this processor lacks.
pub fn selected() -> Result<KernelPath, DispatchError> {
    static SELECTED: OnceLock<Result<KernelPath, DispatchError>> = OnceLock::new();
    SELECTED.get_or_init(read_environment).clone()
}

#[allow(
    clippy::disallowed_methods,
    reason = "the one place that reads the environment; it cannot change a bit of a result"
)]
fn read_environment() -> Result<KernelPath, DispatchError> {
    match std::env::var_os(VARIABLE) {
        None => Ok(KernelPath::widest()),
        Some(word) => KernelPath::parse(&word.to_string_lossy()),
    }
}

/// The path the kernels take on this thread now.
#[must_use]
pub fn active() -> KernelPath {
    static ACTIVE: OnceLock<KernelPath> = OnceLock::new();
    FORCED.get().unwrap_or_else(|| {
        *ACTIVE.get_or_init(|| selected().unwrap_or_else(|_| KernelPath::widest()))
    })
}

/// A vector unit: what pulp offers, and the turning of a square, for which it has no name.
pub(crate) trait Unit: Simd {
    /// The transpose of `square`.
    fn turned(self, square: Square) -> Square;

    /// Runs `kernel` with the width of two registers as a constant.
    fn run_panels<K: PanelKernel>(self, kernel: K);
}

impl Unit for V4 {
    #[inline(always)]
    fn turned(self, square: Square) -> Square {
        turned_by_shuffles(*self, square)
    }

    #[inline(always)]
    fn run_panels<K: PanelKernel>(self, kernel: K) {
        kernel.run::<Self, 32>(self);
    }
}

impl Unit for V3 {
    #[inline(always)]
    fn turned(self, square: Square) -> Square {
        turned_by_shuffles(self, square)
    }

    #[inline(always)]
    fn run_panels<K: PanelKernel>(self, kernel: K) {
        kernel.run::<Self, 16>(self);
    }
}

impl Unit for Scalar {
    #[inline(always)]
    fn turned(self, square: Square) -> Square {
        turned_by_elements(&square)
    }

    #[inline(always)]
    fn run_panels<K: PanelKernel>(self, kernel: K) {
        kernel.run::<Self, 2>(self);
    }
}

/// A kernel: its operands, and one body for all units.
pub(crate) trait Kernel {
    /// The body. It must be `#[inline(always)]`, and so must all it calls, or it is compiled
    /// without the unit's target features: correct, and a hundred times slower.
    fn run<U: Unit>(self, unit: U);
}

/// A kernel over matrices in panels of `W` columns, two registers. As of [`Kernel`], all of it
/// must be `#[inline(always)]`.
pub(crate) trait PanelKernel {
    /// The body.
    fn run<U: Unit, const W: usize>(self, unit: U);
}

/// Runs `kernel` on the path its panels are laid out for.
pub(crate) fn dispatch_panels<K: PanelKernel>(path: KernelPath, kernel: K) {
    struct Panelled<K>(K);
    impl<K: PanelKernel> Kernel for Panelled<K> {
        #[inline(always)]
        fn run<U: Unit>(self, unit: U) {
            unit.run_panels(self.0);
        }
    }
    dispatch_on(path, Panelled(kernel));
}

/// Runs `kernel` on the active path.
pub(crate) fn dispatch<K: Kernel>(kernel: K) {
    dispatch_on(active(), kernel);
}

/// Runs `kernel` on `path`, which this processor must have.
pub(crate) fn dispatch_on<K: Kernel>(path: KernelPath, kernel: K) {
    struct On<U, K>(U, K);
    impl<U: Unit, K: Kernel> NullaryFnOnce for On<U, K> {
        type Output = ();

        #[inline(always)]
        fn call(self) {
            self.1.run(self.0);
        }
    }
    match path {
        KernelPath::Avx512 => {
            if let Some(unit) = V4::try_new() {
                return unit.vectorize(On(unit, kernel));
            }
        }
        KernelPath::Avx2 => {
            if let Some(unit) = V3::try_new() {
                return unit.vectorize(On(unit, kernel));
            }
        }
        KernelPath::Scalar => {}
    }
    kernel.run(Scalar);
}
