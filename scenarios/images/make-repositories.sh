#!/bin/sh
# Makes small repositories of this image's own Debian packages: /srv/arch as pacman wants them, /srv/fedora as dnf does.
# In both, `base` is a tree with a shell and `init` makes it boot; what they depend on comes with them.
set -eu
export LC_ALL=C
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir stage packages

# What the scripts of packages made at their installation, and a system's name, stand in a package of its own.
filesystem=stage/filesystem
mkdir -p $filesystem
(cd $filesystem && mkdir -p dev etc home proc root run srv sys tmp usr/bin usr/lib usr/lib64 usr/sbin var/lib var/log &&
  chmod 1777 tmp && chmod 700 root && chmod 555 proc sys && for name in bin lib lib64 sbin; do ln -s usr/$name $name; done && ln -s /run var/run)
for file in /etc/passwd /etc/group /etc/shadow /etc/nsswitch.conf /etc/pam.d/common-*; do
  if [ -e "$file" ]; then install -D -m "$(stat -c %a "$file")" "$file" "$filesystem$file"; fi
done

# packages/NAME: its files. packages.list: name, epoch, version, release, dependencies, with a | between.
perl -e '
  my (%installed, %provider, %group, %depends);
  local $/ = "";
  open my $status, "<", "/var/lib/dpkg/status" or die;
  while (<$status>) {
    next unless /^Status: install ok installed$/m;
    my %field = map { /^([\w-]+): *(.*)/ ? ($1, $2) : () } split /\n(?! )/;
    $installed{$field{Package}} = \%field;
    $provider{s/ .*//r} //= $field{Package} for split /, */, $field{Provides} // "";
  }
  # For dpkg alone, or made by scripts: filesystem stands for them.
  my %left_out = map { $_ => 1 } qw(adduser base-files base-passwd debconf debianutils dpkg init-system-helpers passwd perl-base);
  sub known { my $name = shift; $installed{$name} ? $name : $provider{$name} }
  sub choose {
    my ($libraries, @ahead) = @_;
    $group{$_} = $_ for @ahead;
    while (defined(my $name = shift @ahead)) {
      next if $depends{$name};
      $group{$name} //= $name =~ /^dbus-/ ? "dbus" : $libraries;
      my @alternatives = split /, */, join ", ", grep { $_ } @{$installed{$name}}{qw(Pre-Depends Depends)};
      my @needed = map { (grep { $_ } map { known(s/[ :(].*//r) } split / *\| */)[0] // () } @alternatives;
      $depends{$name} = [grep { !$left_out{$_} } @needed];
      push @ahead, @{$depends{$name}};
    }
  }
  choose("libraries", qw(bash coreutils));
  choose("init-libraries", qw(systemd systemd-sysv dbus mount util-linux libc-bin));
  my %members;
  push @{$members{$group{$_}}}, $_ for sort keys %group;
  local $/ = "\n";
  open my $list, ">", "packages.list" or die;
  for my $name (sort keys %members) {
    my ($epoch, $version, $release) = ($installed{$name}{Version} // 1) =~ /^(?:(\d+):)?(.*?)(?:-([^-]*))?$/;
    my %needed = map { $group{$_} => 1 } map { @{$depends{$_}} } @{$members{$name}};
    delete $needed{$name};
    print $list join("|", $name, $epoch // 0, $version =~ tr/-/./r, $release // 1, join " ", "filesystem", sort keys %needed), "\n";
    open my $kept, ">", "packages/$name" or die;
    for my $member (@{$members{$name}}) {
      my ($file) = grep { -e } map { "/var/lib/dpkg/info/$member$_.list" } "", ":$installed{$member}{Architecture}";
      open my $paths, "<", $file or die "no list of the files of $member";
      while (<$paths>) {
        chomp;
        next if m{^/(usr/share/(doc|man|info|locale|lintian|bug|bash-completion)|etc/(init\.d|default))/};
        print $kept substr($_, 1), "\n" if m{^/.+/} && (-l || -f);
      }
    }
  }
  print $list "filesystem|0|1|1|\n", "base|0|1|1|bash coreutils\n", "init|0|1|1|base systemd-sysv dbus mount util-linux libc-bin\n";
'
for list in packages/*; do
  mkdir "stage/${list#packages/}"
  tar --create --directory=/ --files-from="$list" --transform='s,^\(bin\|lib\|lib64\|sbin\)/,usr/\1/,S' |
    tar --extract --preserve-permissions --directory="stage/${list#packages/}"
done
mkdir stage/base stage/init
ln -s bash stage/bash/usr/bin/sh

# A bash that is installed says so in /etc/shells, by a script of its package as everywhere.
shells='echo /bin/bash >>/etc/shells'

# system NAME ID: whose tree the packages make.
system() { printf 'NAME="%s"\nPRETTY_NAME="%s"\nID=%s\nVERSION_ID=1\n' "$1" "$1" "$2" >$filesystem/usr/lib/os-release; }
ln -s ../usr/lib/os-release $filesystem/etc/os-release

# A package is a tar with .PKGINFO in it; the database holds a `desc` for each.
make_arch() {
  repository=/srv/arch
  mkdir -p $repository database
  system 'Small Arch' arch
  while IFS='|' read -r name epoch version release depends; do
    full=$version-$release
    if [ "$epoch" != 0 ]; then full=$epoch:$full; fi
    tree=$work/stage/$name file=$name-$full-x86_64.pkg.tar.gz size=$(du -sb "stage/$name" | cut -f 1)
    {
      printf 'pkgname = %s\npkgbase = %s\npkgver = %s\npkgdesc = %s of Debian\n' "$name" "$name" "$full" "$name"
      printf 'builddate = 0\npackager = nobody\nsize = %s\narch = x86_64\n' "$size"
      for depend in $depends; do echo "depend = $depend"; done
    } >"$tree/.PKGINFO"
    if [ "$name" = bash ]; then echo "post_install() { $shells; }" >"$tree/.INSTALL"; fi
    (cd "$tree" && find . -mindepth 1 -maxdepth 1 -printf '%f\0' | sort -z |
      tar --create --null --files-from=- | gzip -1 >"$repository/$file")
    rm -f "$tree/.PKGINFO" "$tree/.INSTALL"
    mkdir "database/$name-$full"
    {
      printf '%%FILENAME%%\n%s\n\n%%NAME%%\n%s\n\n%%VERSION%%\n%s\n\n%%ARCH%%\nx86_64\n\n' "$file" "$name" "$full"
      printf '%%CSIZE%%\n%s\n\n%%ISIZE%%\n%s\n\n' "$(stat -c %s "$repository/$file")" "$size"
      printf '%%SHA256SUM%%\n%s\n\n%%DEPENDS%%\n' "$(sha256sum "$repository/$file" | cut -d ' ' -f 1)"
      for depend in $depends; do echo "$depend"; done
    } >"database/$name-$full/desc"
  done <packages.list
  (cd database && tar --create --gzip --file=$repository/small.db -- *)
  cat >$repository/pacman.conf <<'CONFIG'
[options]
Architecture = x86_64
SigLevel = Never
[small]
Server = file:///srv/arch
CONFIG
}

make_fedora() {
  repository=/srv/fedora
  mkdir -p $repository
  system 'Small Fedora' fedora
  mkdir files root
  while IFS='|' read -r name _; do
    (cd "stage/$name" && find . -mindepth 1 ! -type d -printf '"/%P"\n' -o -type d -empty -printf '%%dir "/%P"\n') >"files/$name"
    cp -a "stage/$name/." root/
  done <packages.list
  {
    # The files are whole already: nothing is stripped, searched for what it needs, or compressed again.
    printf '%%global debug_package %%{nil}\n%%global __os_install_post %%{nil}\n%%global _build_id_links none\n'
    printf 'AutoReqProv: no\nName: small\nVersion: 1\nRelease: 1\nSummary: Small\nLicense: various\n%%description\n'
    while IFS='|' read -r name epoch version release depends; do
      printf '%%package -n %s\nSummary: %s of Debian\nEpoch: %s\nVersion: %s\nRelease: %s\n' "$name" "$name" "$epoch" "$version" "$release"
      for depend in $depends; do echo "Requires: $depend"; done
      if [ "$name" = bash ]; then echo 'Provides: /bin/sh'; fi
      printf 'AutoReqProv: no\n%%description -n %s\n' "$name"
      if [ -s "files/$name" ]; then printf '%%files -n %s -f %s\n' "$name" "$work/files/$name"; else printf '%%files -n %s\n' "$name"; fi
    done <packages.list
    printf '%%post -n bash\n%s\n' "$shells"
  } >small.spec
  rpmbuild -bb --quiet --target=x86_64 --buildroot="$work/root" --define="_rpmdir $repository" --define='_binary_payload w1.zstdio' \
    --define='_rpmfilename %%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm' --noclean small.spec
  createrepo_c --quiet $repository
  cat >$repository/dnf.conf <<'CONFIG'
[main]
gpgcheck=0
[small]
name=Small
baseurl=file:///srv/fedora
CONFIG
}

make_arch
make_fedora
