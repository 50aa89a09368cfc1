.PHONY: check lint build test release bench

check: lint test

lint:
	swift format lint --strict -r Sources Tests Package.swift

build:
	swift build

test:
	scripts/test

release:
	swift build -c release --product lapwing

bench:
	Benchmarks/core
	Benchmarks/run
