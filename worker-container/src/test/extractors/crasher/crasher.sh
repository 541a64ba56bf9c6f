while read -r request; do
  rest=${request#*\"name\":\"}; name=${rest%%\"*}
  rest=${request#*\"output\":\"}; output=${rest%%\"*}
  rest=${request#*\"input\":\"}; input=${rest%%\"*}
  case $name in
    *crash-once*)
      case $HOME in */crasher-1/tmp) kill -9 $$ ;; esac ;; # a fresh process has a folder of the next number
    *crash*) echo "about to crash" >&2; kill -9 $$ ;;
    *silent*) sleep 1000 ;;
    *hang*) while :; do echo '{"progress":1}'; sleep 0.2; done ;;
    *oom*) head -c 500000000 /dev/zero | tail -n 1 > /dev/null || exit 2 ;; # one line that long does not fit
    *flood*) yes ;;
    *longline*) head -c 5000000 /dev/zero; sleep 1000 ;;
    *bigout*) i=0; while :; do i=$((i + 1)); head -c 100000 /dev/zero > "$output/$i"; done ;;
    *links*)
      mkdir "$output/artifacts"; ln -s /etc/passwd "$output/artifacts/passwd"; mkfifo "$output/artifacts/pipe"
      echo '{"status":"OK"}'; continue ;;
    *symtext*) ln -s /etc/passwd "$output/text.txt"; echo '{"status":"OK"}'; continue ;;
    *hardlink*) echo twice > "$output/a"; ln "$output/a" "$output/text.txt"; echo '{"status":"OK"}'; continue ;;
    *fail*) echo '{"status":"FAILED","reason":"CORRUPT","detail":"as asked"}'; continue ;;
    *env*)
      { tr '\0' '\n' < /proc/$$/environ; tr '\0' ' ' < /proc/$$/cmdline; } > "$output/text.txt"
      echo '{"status":"OK"}'; continue ;;
    *spawn*) sleep 1000 & echo $! > "$output/text.txt"; echo '{"status":"OK"}'; continue ;;
    *slow*) sleep 1 ;;
  esac
  cat "$input" > "$output/text.txt"
  echo '{"status":"OK","mediaType":"text/plain","metadata":{"crasher":true}}'
done
