#!/bin/sh
# Works in small pieces, and crashes after some of them.
pieces=$(awk -v seed="$$" 'BEGIN { srand(seed); print 3 + int(rand() * 12) }')
i=1
while [ "$i" -le "$pieces" ]; do
  echo "piece $i done"
  sleep 1
  i=$((i + 1))
done
echo "out of luck after $pieces pieces" >&2
exit 1
