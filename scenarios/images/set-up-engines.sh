#!/bin/sh
# Two engines that can run in a machine, Docker from its first use on.
set -eu
mkdir -p /etc/docker /etc/containers /etc/systemd/system/docker.service.d
# An overlay takes no other one as its upper side, so both keep what they have where a root has a plain file system.
echo '{"data-root": "/var/lib/machines/.docker", "storage-driver": "overlay2"}' >/etc/docker/daemon.json
cat >/etc/containers/storage.conf <<'CONFIG'
[storage]
driver = "overlay"
runroot = "/run/containers/storage"
graphroot = "/var/lib/machines/.podman"
CONFIG
# Where the controllers are bound to cgroup v1 a machine has none of them, and podman starts nothing with a limit. Nor may
# a machine raise limits above its own.
cat >/etc/containers/containers.conf <<'CONFIG'
[containers]
pids_limit = 0
default_ulimits = ["nofile=1024:4096", "nproc=1024:4096"]
CONFIG
# Where a machine is shown controllers of cgroup v1 it may write to one of them, and an engine wants all. It is
# shown v2 alone, and does without controllers. containerd must see what it mounts: its own one does.
cat >/etc/systemd/system/docker.service.d/unified.conf <<'CONFIG'
[Service]
BindPaths=-/sys/fs/cgroup/unified:/sys/fs/cgroup
ExecStart=
ExecStart=/usr/sbin/dockerd -H fd://
CONFIG
systemctl mask containerd
# Most machines of this image need no engine: its socket starts it.
systemctl disable docker.service
systemctl enable docker.socket
