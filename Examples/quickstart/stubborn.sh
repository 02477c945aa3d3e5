#!/bin/sh
# Does not care about SIGTERM.
trap 'echo "SIGTERM? not now"' TERM
echo "here to stay"
while true; do
  sleep 1
done
