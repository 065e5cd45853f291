"""What the README's figures come from: `inv bench`, or `python -m benchmarks [row …]`.

Each module of a subject returns rows of one table. Handbill imports nothing from here,
and nothing is written outside a temporary folder.
"""
