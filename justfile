# One line over cargo each; nothing needs `just`.

# From nothing to the finished page.
report *args:
    cargo run --release -- report {{args}}

# The page from the record there is.
render *args:
    cargo run --release -- render {{args}}

# The page over all studies.
index *args:
    cargo run --release -- index {{args}}

# Retrain and compare with the record.
verify *args:
    cargo run --release -- verify {{args}}

# Benchmarks.
bench *args:
    cargo bench {{args}}

# The tests.
test *args:
    cargo test --release {{args}}

# The tests that take minutes.
slow *args:
    cargo test --release --test slow {{args}}

# Format and lints, warnings as errors.
lint:
    cargo fmt --check && cargo clippy --release --all-targets -- -D warnings

# All that continuous integration does.
check:
    bash .ci/run
