# `make run` and `make test` are the only set-up on a fresh machine with Rust and Node.

NPM = npm --prefix web --no-audit --no-fund
ADDRESS ?= 127.0.0.1:8080

.PHONY: run build test test-long bench bench-web pictures fuzz web clean

# Builds everything and serves http://127.0.0.1:8080 with a demo workspace, data in ./data.
run: build
	target/release/calit serve --listen $(ADDRESS) --data ./data

# The web app and target/release/calit: one binary with the app inside.
build: web
	cargo build --release --locked

web: web/node_modules/.package-lock.json
	$(NPM) run build

web/node_modules/.package-lock.json: web/package.json web/package-lock.json
	$(NPM) install
	@touch $@

# Installs what the tests need, runs every test, and ends with one line: N passed, N failed.
test:
	src/tests/run

# Runs for an hour or more what tries the promises by chance, and writes docs/LONG-RUN.md; src/tests/long names its variables.
test-long: web
	src/tests/long

# Prints figures beside the floors measured in the same run; asserts nothing. Those of several replicas need Debian's
# postgresql and redis, which `make test` installs.
bench: build
	cargo build --release --locked -p loadtest
	trap 'test -z "$$CALIT_TEST_SERVERS" || src/tests/servers stop' EXIT; trap 'exit 130' INT TERM; \
	eval "$$(src/tests/servers start 2>/dev/null)"; target/release/loadtest bench --server target/release/calit

# Prints how quick a board of 5,000 cards with 30 people is in a browser, beside its budgets; asserts nothing.
bench-web: build
	cd web && CALIT_BINARY=../target/release/calit node --experimental-websocket e2e/bench.mjs

# Makes the pictures in docs/ anew.
pictures: build
	CALIT_BINARY=target/release/calit node web/e2e/pictures.mjs

# Every parser, coverage guided, SECONDS each.
fuzz:
	src/tests/fuzz/run $(or $(SECONDS_EACH),60)

clean:
	cargo clean
	rm -rf web/dist web/node_modules src/tests/fuzz/target
