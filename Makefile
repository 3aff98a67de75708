# The one set-up: `make run` and `make test` need only Rust and Node.
.PHONY: run
run:
	cargo run --release -- serve
