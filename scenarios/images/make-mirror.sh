#!/bin/sh
# Makes a signed Debian mirror under /srv/mirror of packages that this image's build fetched or finds in the cache.
set -eu
apt-get -q update
work=$(mktemp -d)
architecture=$(dpkg --print-architecture)
codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
# What a small bootstrap installs: all required packages, an init and apt, and what those depend on.
apt-cache dumpavail >"$work/available"
# Debian 11 has no usr-is-merged, and its debootstrap needs none.
wanted=$(perl -00 -ne 'my ($name) = /^Package: (\S+)$/m; print "$name\n" if $name eq "usr-is-merged" || /^Priority: required$/m' "$work/available")
: >"$work/nothing-installed"
set -- -y -o Dir::State::status="$work/nothing-installed" --no-install-recommends install $wanted apt init
apt-get -q --download-only "$@"
apt-get -q --simulate "$@" | sed -n 's/^Inst \([^ ]*\) (\([^ ]*\) .*/\1 \2/p' >"$work/chosen"
# Their own entries of the archive's index, and the packages at the places these name.
dists=/srv/mirror/dists/unstable
mkdir -p "$dists/main/binary-$architecture"
perl -00 -ne '
  BEGIN { open my $list, "<", shift or die; local $/ = "\n"; while (<$list>) { my ($name, $version) = split; $chosen{$name} = $version } }
  my ($name) = /^Package: (\S+)$/m; my ($version) = /^Version: (\S+)$/m; my ($arch) = /^Architecture: (\S+)$/m;
  next unless ($chosen{$name} // "") eq $version;
  my ($place) = /^Filename: (\S+)$/m; (my $kept = "${name}_${version}_$arch.deb") =~ s/:/%3a/g;
  print "/var/cache/apt/archives/$kept /srv/mirror/$place\n"; print STDERR;
' "$work/chosen" "$work/available" 2>"$dists/main/binary-$architecture/Packages" >"$work/copies"
while read -r from to; do install -D -m 644 "$from" "$to"; done <"$work/copies"
cd "$dists"
{
  echo "Origin: local"
  echo "Suite: unstable"
  echo "Codename: $codename"
  echo "Architectures: $architecture"
  echo "Components: main"
  echo "SHA256:"
  index=main/binary-$architecture/Packages
  echo " $(sha256sum <"$index" | cut -d ' ' -f 1) $(stat -c %s "$index") $index"
  # Not the last line: gpgv drops the end of that one, and debootstrap would not see it.
  echo "Date: $(date -u -R)"
} >Release
ln -s unstable "/srv/mirror/dists/$codename"
# Signed as a real mirror is, by a key that is gone when this ends.
export GNUPGHOME="$work"
gpg --batch --quiet --passphrase '' --quick-generate-key 'Local mirror' default sign never
gpg --batch --quiet --clearsign --output InRelease Release
gpg --batch --quiet --export >>/usr/share/keyrings/debian-archive-keyring.gpg
gpgconf --kill all
rm -rf "$work" /var/lib/apt/lists/*
