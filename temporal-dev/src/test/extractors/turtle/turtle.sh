# A request is one JSON line; our paths hold nothing that JSON escapes. The file's lines are commands; its last line is its text.
while read -r request; do
  input=${request#*\"input\":\"}; input=${input%%\"*}
  output=${request#*\"output\":\"}; output=${output%%\"*}
  text=
  while read -r word value || [ -n "$word" ]; do
    case $word in
      sleep) sleep "$value" ;;
      crash) kill -KILL $$ ;;
      hang) sleep 600 ;;
      stop) break ;;
      artifact) mkdir -p "$output/artifacts"; echo "$value" > "$output/artifacts/copy.txt" ;;
      text) text=$value ;;
    esac
  done < "$input"
  echo "$text" > "$output/text.txt"
  echo '{"status":"OK","metadata":{"turtle":true}}'
done
