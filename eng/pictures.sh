#!/usr/bin/env bash
# The pictures in README: taken by the browser's tests of the pages, and copied to docs/images.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
"$root/og" test Explorer.Tests
mkdir -p "$root/docs/images"
cp "$root/.og/tests/pages/overview.png" "$root/docs/images/overview.png"
cp "$root/.og/tests/pages/verified.png" "$root/docs/images/verified.png"
