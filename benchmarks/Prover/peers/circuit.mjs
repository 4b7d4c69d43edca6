// The circuit of a dense network of two layers whose weights are constants, in circom: what a user of snarkjs would write for the model that is proved.
// Public are the input, 31 bytes to a field element, and the last layer's accumulators, seven to a field element: a contract packs both from bytes.
const BYTES_PER_ELEMENT = 31;
const ACCUMULATORS_PER_ELEMENT = 7;
const ACCUMULATOR_BITS = 32n;

const list = (numbers) => `[${numbers.join(",")}]`;
const rows = (matrix) => `[${matrix.map(list).join(",\n")}]`;

export function packInput(input) {
  return packed(input.map(BigInt), BYTES_PER_ELEMENT, 8n);
}

export function packOutput(accumulators) {
  return packed(accumulators.map((value) => BigInt(value) + (1n << (ACCUMULATOR_BITS - 1n))), ACCUMULATORS_PER_ELEMENT, ACCUMULATOR_BITS);
}

function packed(numbers, perElement, bits) {
  const elements = [];
  for (let start = 0; start < numbers.length; start += perElement) {
    elements.push(numbers.slice(start, start + perElement).reduce((sum, number) => (sum << bits) | number, 0n));
  }
  return elements;
}

export function circuitOf({ layers: [first, second] }) {
  const inputs = first.weights[0].length;
  const greatest = Math.max(...first.weights.map((row, i) => 255 * row.reduce((sum, weight) => sum + Math.abs(weight), 0) + Math.abs(first.biases[i])));
  const scaled = (BigInt(greatest) * BigInt(first.multiplier) >> BigInt(first.shift)) + 2n;
  const quotientBits = Math.max(8, scaled.toString(2).length);
  return `pragma circom 2.1.6;

function firstWeights() { return ${rows(first.weights)}; }
function firstBiases() { return ${list(first.biases)}; }
function secondWeights() { return ${rows(second.weights)}; }
function secondBiases() { return ${list(second.biases)}; }

// The bits of a number, the lowest first.
template Bits(n) {
  signal input in;
  signal output out[n];
  var sum = 0;
  for (var i = 0; i < n; i++) {
    out[i] <-- (in >> i) & 1;
    out[i] * (out[i] - 1) === 0;
    sum += out[i] * (1 << i);
  }
  sum === in;
}

// clamp((acc * M + 2^(s - 1)) >> s, 0, 127). The quotient has a sign: 2^n is added, and its bit is the sign's.
template Requantise(M, s, n) {
  signal input acc;
  signal output out;
  component bits = Bits(s + n + 1);
  bits.in <== acc * M + (1 << (s - 1)) + (1 << (s + n));
  var low = 0;
  for (var i = 0; i < 7; i++) low += bits.out[s + i] * (1 << i);
  var above = 0;
  for (var i = 7; i < n; i++) above += bits.out[s + i];
  signal inverse;
  signal isLow;
  inverse <-- above == 0 ? 0 : 1 / above;
  isLow <== 1 - above * inverse;
  above * isLow === 0;
  signal capped;
  capped <== 127 + isLow * (low - 127);
  out <== bits.out[s + n] * capped;
}

template Dense(inputs, hidden, outputs, M, s, n) {
  var packedInputs = (inputs + ${BYTES_PER_ELEMENT - 1}) \\ ${BYTES_PER_ELEMENT};
  var packedOutputs = (outputs + ${ACCUMULATORS_PER_ELEMENT - 1}) \\ ${ACCUMULATORS_PER_ELEMENT};
  signal input x[inputs];
  signal input packedX[packedInputs];
  signal output packedY[packedOutputs];
  component bytes[inputs];
  for (var i = 0; i < inputs; i++) {
    bytes[i] = Bits(8);
    bytes[i].in <== x[i];
  }
  for (var p = 0; p < packedInputs; p++) {
    var sum = 0;
    for (var i = p * ${BYTES_PER_ELEMENT}; i < inputs && i < (p + 1) * ${BYTES_PER_ELEMENT}; i++) sum = sum * 256 + x[i];
    packedX[p] === sum;
  }

  var W1[hidden][inputs] = firstWeights();
  var B1[hidden] = firstBiases();
  var W2[outputs][hidden] = secondWeights();
  var B2[outputs] = secondBiases();
  component hiddens[hidden];
  for (var j = 0; j < hidden; j++) {
    var acc = B1[j];
    for (var i = 0; i < inputs; i++) acc += W1[j][i] * x[i];
    hiddens[j] = Requantise(M, s, n);
    hiddens[j].acc <== acc;
  }
  for (var p = 0; p < packedOutputs; p++) {
    var sum = 0;
    for (var k = p * ${ACCUMULATORS_PER_ELEMENT}; k < outputs && k < (p + 1) * ${ACCUMULATORS_PER_ELEMENT}; k++) {
      var acc = B2[k] + ${1n << (ACCUMULATOR_BITS - 1n)};
      for (var j = 0; j < hidden; j++) acc += W2[k][j] * hiddens[j].out;
      sum = sum * ${1n << ACCUMULATOR_BITS} + acc;
    }
    packedY[p] <== sum;
  }
}

component main {public [packedX]} = Dense(${inputs}, ${first.weights.length}, ${second.weights.length}, ${first.multiplier}, ${first.shift}, ${quotientBits});
`;
}
