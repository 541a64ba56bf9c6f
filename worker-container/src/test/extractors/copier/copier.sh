set -e
if grep -q refuse "$1"; then echo "will not copy this" >&2; exit 7; fi
cp "$1" "$2/text.txt"
mkdir "$2/artifacts"
cp "$1" "$2/artifacts/copy.bin"
echo '{"page":1,"text":"a segment"}' > "$2/segments.ndjson"
