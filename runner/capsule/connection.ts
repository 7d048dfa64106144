/** What a machine's start has to know of its network. */
export interface Connection {
  /** One of its own with nothing in it, the one its capsule is put into, or the host's. */
  readonly network: 'own' | 'capsule' | 'host';
  /** Words before its capsule that put it there. */
  readonly enter: readonly string[];
  /** The text of its /etc/resolv.conf; the image's own stays where it is absent. */
  readonly resolver?: string | undefined;
  /** Lines of its /etc/hosts: the machines it is linked to, itself among them. */
  readonly neighbours?: string | undefined;
}

export const alone: Connection = { network: 'own', enter: [] };
