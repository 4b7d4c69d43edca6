// What is true of a receipt by itself. Hashes and signatures are those of @noble/hashes and @noble/curves; only what they are taken over
// is said here, and it is the twin of RequestLib, ReceiptLib and SignerRecovery in the contracts.
import { sha256 } from './noble/hashes/sha2.js';
import { keccak_256 } from './noble/hashes/sha3.js';
import { p256 } from './noble/curves/nist.js';
import { secp256k1 } from './noble/curves/secp256k1.js';

const utf8 = (text) => new TextEncoder().encode(text);
const onChainTag = keccak_256(utf8('OpenGradient.Relayer.Request.OnChain.1'));
const domainType = keccak_256(utf8('EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)'));
const receiptType = keccak_256(utf8(
  'Receipt(bytes32 requestId,bytes32 versionId,bytes32 inputCommit,bytes32 outputCommit,uint8 assurance,address node,address payee,'
  + 'uint64 keyEpoch,uint64 issuedAt,uint64 expiresAt,bytes32 evidenceHash)'));
// One less than a hash, so that no output hashes to it.
const failure = hexOf(wordOf(BigInt(hexOf(keccak_256(utf8('OpenGradient.Relayer.Failure')))) - 1n));

const noHash = hexOf(new Uint8Array(32));

const isPrivate = 1;
const isOutputOffChain = 2;
const isInputAtUri = 4;
const signed = 1;
const attested = 2;
const proven = 3;
// r, s, and the key's x and y: nothing is recovered on P-256.
const p256Length = 128;

export function bytesOf(hex, length) {
  if (typeof hex !== 'string' || !/^0x([0-9a-fA-F]{2})*$/.test(hex) || (length !== undefined && hex.length !== 2 + 2 * length)) {
    throw new Error(`This is not ${length === undefined ? 'hexadecimal' : `${length} bytes in hexadecimal`}: ${String(hex).slice(0, 80)}`);
  }

  return Uint8Array.from({ length: (hex.length - 2) / 2 }, (_, i) => parseInt(hex.slice(2 + 2 * i, 4 + 2 * i), 16));
}

export function hexOf(bytes) {
  return `0x${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

// A number, or a hash, as 32 bytes.
function wordOf(value) {
  const number = BigInt(value);
  if (number < 0n || number >= 1n << 256n) {
    throw new Error('A number does not fit its word.');
  }

  return bytesOf(`0x${number.toString(16).padStart(64, '0')}`);
}

function addressWord(address) {
  bytesOf(address, 20);
  return wordOf(BigInt(address));
}

function hashWord(hash) {
  return bytesOf(hash, 32);
}

function hashOf(...parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((at, part) => (all.set(part, at), at + part.length), 0);
  return keccak_256(all);
}

/** The id of a request: it binds chain, hub, requester, model, input and every term. */
export function requestIdOf(chainId, hub, asked) {
  const request = hashOf(
    hashWord(asked.version_id), wordOf(asked.assurance), addressWord(asked.assignee), wordOf(asked.exclusive_until), wordOf(asked.deadline),
    wordOf(asked.challenge_window), wordOf(asked.callback_gas), wordOf(asked.flags), wordOf(asked.quorum), wordOf(asked.fee), wordOf(asked.delivery_tip),
    wordOf(asked.min_lien), hashWord(asked.input_commit), hashWord(asked.terms_hash));
  return hexOf(hashOf(onChainTag, wordOf(chainId), addressWord(hub), addressWord(asked.requester), wordOf(asked.nonce), request));
}

/** What a node signs: EIP-712 over the receipt, for one hub on one chain. */
export function digestOf(chainId, hub, receipt) {
  const domain = hashOf(domainType, keccak_256(utf8('OpenGradient.Relayer')), keccak_256(utf8('1')), wordOf(chainId), addressWord(hub));
  const content = hashOf(
    receiptType, hashWord(receipt.requestId), hashWord(receipt.versionId), hashWord(receipt.inputCommit), hashWord(receipt.outputCommit),
    wordOf(receipt.assurance), addressWord(receipt.node), addressWord(receipt.payee), wordOf(receipt.keyEpoch), wordOf(receipt.issuedAt),
    wordOf(receipt.expiresAt), hashWord(receipt.evidenceHash));
  return hashOf(Uint8Array.of(0x19, 0x01), domain, content);
}

// r and s, and which of the two points it was, in both forms that the contracts take: with a byte of 27 or 28 behind, or with the bit in s (EIP-2098).
function partsOf(bytes) {
  if (bytes.length === 64) {
    const plain = bytes.slice();
    plain[32] &= 0x7f;
    return { plain, parity: bytes[32] >> 7 };
  }

  return bytes.length === 65 && (bytes[64] === 27 || bytes[64] === 28) ? { plain: bytes.slice(0, 64), parity: bytes[64] - 27 } : null;
}

/** Who signed a digest on secp256k1; null where the bytes are no signature. */
export function signerOf(digest, evidence) {
  const parts = partsOf(bytesOf(evidence));
  if (parts === null) {
    return null;
  }

  try {
    const signature = secp256k1.Signature.fromCompact(parts.plain).addRecoveryBit(parts.parity);
    // The contracts take only the lower half, as EIP-2 asks.
    if (signature.hasHighS()) {
      return null;
    }

    return accountOf(signature.recoverPublicKey(digest).toRawBytes(false).slice(1));
  } catch {
    return null;
  }
}

/** Who signed a digest with an attested key, which may be on either curve; null where the bytes are no signature. */
export function attestedSignerOf(digest, evidence) {
  const bytes = bytesOf(evidence);
  if (bytes.length !== p256Length) {
    return signerOf(digest, evidence);
  }

  const point = bytes.slice(64);
  try {
    // The digest as it is: P-256 is wont to hash once more. And the lower s, as on the other curve.
    return p256.verify(bytes.slice(0, 64), digest, Uint8Array.of(4, ...point), { format: 'compact', prehash: false, lowS: true }) ? accountOf(point) : null;
  } catch {
    return null;
  }
}

// The account of a key, by its x and y: made alike on both curves.
function accountOf(point) {
  return hexOf(keccak_256(point).slice(12));
}

/**
 * Everything that can be told: { what, held, detail }, where held is true, false, or null for what cannot be told here. `key` is the registration of the
 * attested key, and `shown` the bytes of its evidence, each where it is there.
 */
export function checksOf({ chainId, hub, receipt, evidence, input, output, key, shown, quorum = 0 }) {
  const digest = digestOf(chainId, hub, receipt);
  const checks = [];
  const say = (what, held, detail) => checks.push({ what, held, detail });
  if (receipt.outputCommit.toLowerCase() === failure) {
    say('It says that the input cannot be run', output === null, output === null ? 'there is no output' : 'and there is an output all the same');
  } else if (output === null) {
    say('The output is what was signed', null, 'its bytes are not on the chain, only their hash');
  } else {
    compare('The output is what was signed', hexOf(keccak_256(bytesOf(output))), receipt.outputCommit);
  }

  if (input === null) {
    say('The input is what was signed', null, 'its bytes are not on the chain, only their hash');
  } else {
    compare('The input is what was signed', hexOf(keccak_256(bytesOf(input))), receipt.inputCommit);
  }

  say('The receipt is bound to one hub on one chain', true, `chain ${chainId}, hub ${hub}, digest ${hexOf(digest)}`);
  evidenceOf();
  signatureOf();
  return checks;

  function compare(what, found, told) {
    say(what, found === told.toLowerCase(), found === told.toLowerCase() ? `keccak256 is ${found}` : `keccak256 is ${found}, and the receipt says ${told}`);
  }

  // The register holds a key to its evidence, and the hub a receipt to its key: by a SHA-256, unlike all else. Who signs with no attested key names none.
  function evidenceOf() {
    const named = receipt.evidenceHash.toLowerCase();
    if (Number(receipt.assurance) !== attested) {
      const namesNone = named === noHash && Number(receipt.keyEpoch) === 0;
      say('It names no evidence of a key', namesNone, namesNone ? 'there is none where no attested key signs' : `it names ${named} and key ${receipt.keyEpoch}, where no attested key signs`);
    } else if (!key) {
      say('It names the evidence of its key', null, `${named}; whether the key was registered with it is for the chain to say`);
    } else {
      const registered = key.evidence_hash.toLowerCase();
      say('It names the evidence that its key was registered with', named === registered, named === registered ? named : `it names ${named}, and the key was registered with ${registered}`);
    }

    // Also where the registration is not told: whoever leaves it out has to show the evidence that was signed all the same.
    if (key || shown) {
      const found = shown ? hexOf(sha256(shown)) : null;
      say('The evidence on this page is what it names', found && found === named, found
        ? `SHA-256 of its ${shown.length} bytes is ${found}${found === named ? '; that the fields are cut from them rightly is the server’s word' : `, and the receipt names ${named}`}`
        : 'its bytes are not here');
    }
  }

  function signatureOf() {
    const level = Number(receipt.assurance);
    const signer = level === attested ? attestedSignerOf(digest, evidence) : signerOf(digest, evidence);
    if (level === proven) {
      say('A proof stands behind it', null, 'the version’s verifier on the chain has checked it; a browser does not repeat that');
    } else if (signer === null && quorum > 0) {
      say('A quorum agreed on it', null, 'each member revealed its answer on the chain; there is no single signature');
    } else if (signer === null) {
      say('It is signed', false, 'what came with it is no signature');
    } else if (level === signed) {
      say('Its node has signed it', signer === receipt.node.toLowerCase(), signer === receipt.node.toLowerCase() ? signer : `${signer} has, and the node is ${receipt.node}`);
    } else if (level === attested && key) {
      say('Its node’s attested key has signed it', signer === key.signer.toLowerCase(), signer === key.signer.toLowerCase() ? signer : `${signer} has, and the key is ${key.signer}`);
    } else {
      say('An attested key has signed it', null, `${signer}; whether that was the node’s key then is for the chain to say`);
    }
  }
}

// What a receipt cannot know of itself: whether it still stands.
function whatCameAfter(findLast) {
  const [raised, contested, upheld, overturned] = ['hub_raised', 'hub_contested', 'hub_upheld', 'hub_overturned'].map(findLast);
  const checks = [];
  if (overturned) {
    checks.push({ what: 'The answer stands', held: false, detail: `it was overturned; what counts now is ${overturned.output_commit}` });
  } else if (contested) {
    checks.push({ what: 'The answer stands', held: upheld ? true : null, detail: upheld ? 'it was contested and upheld' : 'it is contested, and not judged yet' });
  }

  if (raised) {
    const level = { [attested]: 'an attested key has signed it since', [proven]: 'a proof was checked on the chain since' }[Number(raised.assurance)];
    checks.push({ what: 'Its assurance was raised', held: null, detail: level ?? `to ${raised.assurance}` });
  }

  return checks;
}

/** The checks of a request by its custody as the index tells it, and by the bytes of the evidence that the page shows, where it shows some. */
export function checksOfCustody(requestId, chainId, custody, shown) {
  const find = (event) => custody.steps.find((step) => step.event === event)?.row;
  const [asked, settled] = [find('hub_requested'), find('hub_settled')];
  if (!asked || !settled) {
    return [{ what: 'There is a receipt', held: false, detail: 'the request has not been answered' }];
  }

  const flags = Number(asked.flags);
  const id = requestIdOf(chainId, asked.emitter, asked);
  const isElsewhere = (flags & (isInputAtUri | isPrivate)) !== 0;
  const hasNoOutput = settled.output === '0x' && ((flags & (isOutputOffChain | isPrivate)) !== 0 || settled.output_commit.toLowerCase() === failure);
  const key = custody.steps.findLast((step) => step.event === 'keys_registered'
    && step.row.node.toLowerCase() === settled.settlement_node.toLowerCase() && String(step.row.key_epoch) === String(settled.key_epoch))?.row;
  return [
    {
      what: 'The id of the request is the hash of everything that was asked',
      held: id === requestId.toLowerCase(),
      detail: id === requestId.toLowerCase() ? 'chain, hub, requester, version, input, fee, deadline and terms' : `what is told hashes to ${id}`,
    },
    { what: 'Question and answer are of one hub', held: asked.emitter.toLowerCase() === settled.emitter.toLowerCase(), detail: settled.emitter },
    ...whatCameAfter((event) => custody.steps.findLast((step) => step.event === event)?.row),
    ...checksOf({
      chainId,
      hub: settled.emitter,
      receipt: {
        requestId, versionId: asked.version_id, inputCommit: asked.input_commit, outputCommit: settled.output_commit, assurance: asked.assurance,
        node: settled.settlement_node, payee: settled.payee, keyEpoch: settled.key_epoch, issuedAt: settled.issued_at, expiresAt: settled.expires_at,
        evidenceHash: settled.evidence_hash,
      },
      evidence: settled.evidence,
      input: isElsewhere ? null : asked.input,
      output: hasNoOutput ? null : settled.output,
      key,
      shown,
      quorum: Number(asked.quorum),
    }),
    {
      what: 'These events are on the chain, in this hub’s name',
      held: null,
      detail: `that is the index’s word${key ? ', as is which key was registered for the node' : ''}. The proof beside each step shows it without asking anybody: `
        + `og verify FILE --block-hash 0x…, with the hash from a source of your own, and the hub compared with the one that you know`,
    },
  ];
}

/** The checks of a receipt's file, as `og receipt` writes it. */
export function checksOfFile(file) {
  const level = { Signed: signed, Attested: attested, Proven: proven }[file.assurance];
  if (file.schema !== 1 || level === undefined) {
    throw new Error('This is no receipt’s file of a form that is known here.');
  }

  return [{
    what: 'Chain and hub are those that you mean, and the node is registered there',
    held: null,
    detail: 'they are the file’s own word: compare them with those that you know',
  }, ...checksOf({
    chainId: file.chainId,
    hub: file.hub,
    receipt: { ...file, assurance: level },
    evidence: file.evidence,
    input: file.input ?? null,
    output: file.output ?? null,
  })];
}
