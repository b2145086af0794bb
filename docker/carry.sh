#!/bin/sh
# Copies the images of an archive (npm run images -- --archive FILE) into the registry of a site that reaches no other, and says
# on standard output what is there now, a line each: <registry>/lianban/services:0.1.0@sha256:…
#   carry.sh FILE REGISTRY [options of skopeo copy]
# Their digests are the registry's, for it keeps compressed layers. They belong into k8s/overlays/air-gapped. Needs skopeo alone.
set -eu
archive=$1 registry=$2
shift 2
digest=$(mktemp)
trap 'rm -f "$digest"' EXIT
for image in $(skopeo list-tags "docker-archive:$archive" | sed -n 's/^ *"\([^"]*:[^"]*\)",*$/\1/p'); do
  name=$registry/${image#*/}
  skopeo copy -q "$@" --digestfile "$digest" "docker-archive:$archive:$image" "docker://$name" >&2
  echo "$name@$(cat "$digest")"
done
