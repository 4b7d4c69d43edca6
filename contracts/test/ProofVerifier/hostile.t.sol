// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IProofVerifier, ProofStatement} from "../../src/interfaces/IEvidenceVerifier.sol";
import {GoldenProofs} from "../support/proofs/GoldenProofs.sol";
import {PlainItems, PlainLayer} from "../support/proofs/PlainItems.sol";
import {ProofScenes} from "../support/proofs/ProofScenes.sol";
import {TrapdoorModel, TrapdoorProver} from "../support/proofs/TrapdoorProver.sol";

/// Whatever the bytes are, the answer is false: nothing reverts, and no precompile takes the gas.
contract ProofVerifierHostileTest is GoldenProofs {
    uint256 private constant MODULUS =
        21_888_242_871_839_275_222_246_405_745_257_275_088_696_311_157_297_823_662_689_037_894_645_226_208_583;
    uint256 private constant HEAD = 1 + 6 + 2 * 12;
    uint256 private constant COUNT = 2;

    function test_AcceptsTheProofsThatAreChangedHere() public view {
        assertTrue(_verify(_statements(), _prove(false)));
        assertTrue(_verify(_statements(), _prove(true)));
    }

    function testFuzz_RefusesAnyBytes(bytes memory proof, bytes32 commitment) public view {
        ProofStatement[] memory statements = new ProofStatement[](1);
        statements[0].proofCommitment = commitment;
        assertFalse(_verify(statements, proof));
    }

    /// What says of itself that it is descriptor and weights is held against all else.
    function testFuzz_RefusesAnyBytesUnderTheirOwnCommitment(bytes memory proof, uint256 count) public view {
        vm.assume(proof.length > 7);
        proof[0] = bytes1(uint8(1 + uint256(uint8(proof[0])) % 2));
        proof[6] = bytes1(uint8(proof[6]) % 3);
        bytes32 commitment;
        uint256 length = 6 + 12 * uint256(uint8(proof[6])) + 64;
        if (length < proof.length) {
            assembly ("memory-safe") {
                commitment := keccak256(add(proof, 33), length)
            }
        }
        ProofStatement[] memory statements = new ProofStatement[](1 + count % 3);
        for (uint256 i = 0; i < statements.length; ++i) {
            statements[i].proofCommitment = commitment;
        }
        assertFalse(_verify(statements, proof));
    }

    /// Everything fits but the opening: points that are none, scalars that are too great.
    function testFuzz_RefusesAnyOpening(bytes32 seed, bool isLong) public view {
        bytes memory proof = _prove(isLong);
        bytes memory noise = ProofScenes.bytesOf(isLong ? 416 : 288, uint256(seed));
        for (uint256 i = 0; i < noise.length; ++i) {
            proof[proof.length - noise.length + i] = noise[i];
        }
        assertFalse(_verify(_statements(), proof));
    }

    /// Each point of the opening in turn: off the curve, and with a coordinate that is not reduced.
    function test_RefusesPointsThatAreNone() public view {
        for (uint256 form = 0; form < 2; ++form) {
            bytes memory proof = _prove(form == 1);
            uint256 opening = proof.length - (form == 1 ? 416 : 288);
            uint256 a = opening + (form == 1 ? 256 : 128);
            for (uint256 at = opening; at < proof.length; at += at == a ? 32 : 64) {
                if (at == a) continue;
                _refuses(proof, at, 1);
                _refuses(proof, at + 32, 1);
                _refuses(proof, at, MODULUS);
                _refuses(proof, at + 32, MODULUS);
            }
        }
    }

    function test_RefusesAScalarThatIsNotReduced() public view {
        bytes memory proof = _prove(false);
        _refuses(proof, proof.length - 160, PlainItems.P);
        proof = _prove(true);
        _refuses(proof, proof.length - 160, PlainItems.P);
    }

    function test_RefusesWeightsThatAreNone() public view {
        TrapdoorModel memory model = _model();
        model.weights = 0;
        assertFalse(_verify(_statements(model), _prove(model, false)));
        assertFalse(_verify(_statements(model), _prove(model, true)));
    }

    /// A commitment off the curve, which a publisher may well have published.
    function test_RefusesWeightsOffTheCurve() public view {
        bytes memory proof = _prove(false);
        _set(proof, HEAD, 1);
        _set(proof, HEAD + 32, 1);
        ProofStatement[] memory statements = _statements();
        bytes32 commitment;
        assembly ("memory-safe") {
            commitment := keccak256(add(proof, 33), add(sub(HEAD, 1), 64))
        }
        (statements[0].proofCommitment, statements[1].proofCommitment) = (commitment, commitment);
        assertFalse(_verify(statements, proof));
    }

    function test_RefusesOtherForms() public view {
        bytes memory proof = _prove(false);
        for (uint256 form = 0; form < 256; ++form) {
            if (form == 1) continue;
            proof[0] = bytes1(uint8(form));
            assertFalse(_verify(_statements(), proof));
        }
    }

    function test_RefusesDescriptorsThatAreNone() public view {
        _refusesWith(0, 5, 3, _layer());
        _refusesWith(5, 5, 3, _layer());
        _refusesWith(3, 0, 3, _layer());
        _refusesWith(3, 5, 1, _layer());
        _refusesWith(3, 5, 5, _layer());
        PlainLayer memory layer = _layer();
        layer.outputs = 0;
        _refusesWith(3, 5, 3, layer);
        layer = _layer();
        layer.multiplier = 1 << 31;
        _refusesWith(3, 5, 3, layer);
        layer = _layer();
        layer.shift = 0;
        _refusesWith(3, 5, 3, layer);
        layer.shift = 63;
        _refusesWith(3, 5, 3, layer);
        layer = _layer();
        (layer.low, layer.high) = (5, 4);
        _refusesWith(3, 5, 3, layer);
    }

    function test_AcceptsDescriptorsAtTheirLimits() public view {
        PlainLayer memory layer = _layer();
        (layer.multiplier, layer.shift, layer.zeroPoint) = ((1 << 31) - 1, 62, -128);
        (layer.low, layer.high) = (type(int16).min, type(int16).max);
        _acceptsWith(4, 5, 4, layer);
        (layer.multiplier, layer.shift, layer.zeroPoint) = (0, 1, 127);
        (layer.low, layer.high) = (7, 7);
        _acceptsWith(1, 1, 2, layer);
    }

    /// Without the power of tau that the columns need, nothing stands against G and Q.
    function test_RefusesTheLongFormWithoutItsPower() public {
        while (setup.powers.length > 1) {
            setup.powers.pop();
            setup.witnesses.pop();
        }
        verifier = IProofVerifier(makeAddr("verifier with few powers"));
        deployCodeTo("ProofVerifier.sol:ProofVerifier", abi.encode(setup), address(verifier));

        assertTrue(_verify(_statements(), _prove(false)));
        assertFalse(_verify(_statements(), _prove(true)));
    }

    /// A million columns are the most that a power is held for.
    function test_RefusesMoreColumnsThanThereAre() public view {
        TrapdoorModel memory model = ProofScenes.model(ProofScenes.sizes(1023, 1030, 1), 1, 3, 4);
        ProofStatement[] memory statements = _statements(model);
        bytes memory proof = bytes.concat(
            hex"01", PlainItems.encode(model.descriptor), TrapdoorProver.point(model.weights), _items(model), new bytes(288)
        );
        assertGt(PlainItems.columns(model.descriptor), 1 << 20);
        assertFalse(_verify(statements, proof));
    }

    function test_RefusesADescriptorWithoutLayers() public view {
        bytes memory descriptor = hex"000100010300";
        bytes memory point = TrapdoorProver.point(5);
        ProofStatement[] memory statements = new ProofStatement[](1);
        statements[0].proofCommitment = keccak256(bytes.concat(descriptor, point));
        assertFalse(_verify(statements, bytes.concat(hex"01", descriptor, point, new bytes(289))));
    }

    /// Gas is the caller's affair: a proof that holds is never called false for want of it.
    function testFuzz_RevertsRatherThanDenyWhenGasIsShort(uint256 gas) public view {
        bytes memory call = abi.encodeCall(verifier.verifyProof, (_statements(), _prove(false)));
        gas = bound(gas, 0, 300_000);
        (bool succeeded, bytes memory reply) = address(verifier).staticcall{gas: gas}(call);
        if (succeeded) assertTrue(abi.decode(reply, (bool)));
        else assertLt(gas, 250_000);
    }

    function _refuses(bytes memory proof, uint256 at, uint256 change) private view {
        uint256 right = _wordAt(proof, at);
        unchecked {
            if (right + change < right) return;
            _set(proof, at, right + change);
        }
        uint256 before = gasleft();
        assertFalse(_verify(_statements(), proof));
        assertLt(before - gasleft(), 2_000_000);
        _set(proof, at, right);
    }

    function _refusesWith(uint256 rows, uint256 inputs, uint256 width, PlainLayer memory first) private view {
        TrapdoorModel memory model = _modelWith(rows, inputs, width, first);
        bytes memory proof = bytes.concat(
            hex"01",
            PlainItems.encode(model.descriptor),
            TrapdoorProver.point(model.weights),
            _items(model),
            ProofScenes.bytesOf(288, 1)
        );
        assertFalse(_verify(_statements(model), proof));
    }

    function _acceptsWith(uint256 rows, uint256 inputs, uint256 width, PlainLayer memory first) private view {
        TrapdoorModel memory model = _modelWith(rows, inputs, width, first);
        assertTrue(_verify(_statements(model), _prove(model, false)));
        assertTrue(_verify(_statements(model), _prove(model, true)));
    }

    function _modelWith(uint256 rows, uint256 inputs, uint256 width, PlainLayer memory first)
        private
        pure
        returns (TrapdoorModel memory model)
    {
        model = _model();
        (model.descriptor.rows, model.descriptor.inputs, model.descriptor.width) = (rows, inputs, width);
        model.descriptor.layers[0] = first;
    }

    function _model() private pure returns (TrapdoorModel memory) {
        return ProofScenes.model(ProofScenes.sizes(5, 4, 3), 3, 3, 1);
    }

    function _items(TrapdoorModel memory model) private pure returns (bytes memory) {
        return ProofScenes.bytesOf(COUNT * PlainItems.itemLength(model.descriptor), 2);
    }

    function _layer() private pure returns (PlainLayer memory) {
        return PlainLayer({outputs: 4, multiplier: 99, shift: 9, zeroPoint: 1, low: 0, high: 127});
    }

    function _statements() private view returns (ProofStatement[] memory) {
        return _statements(_model());
    }

    function _statements(TrapdoorModel memory model) private view returns (ProofStatement[] memory) {
        return TrapdoorProver.statementsOf(model, _items(model), ProofScenes.digests(COUNT, 3));
    }

    function _prove(bool isLong) private view returns (bytes memory) {
        return _prove(_model(), isLong);
    }

    function _prove(TrapdoorModel memory model, bool isLong) private view returns (bytes memory) {
        return TrapdoorProver.prove(model, _items(model), ProofScenes.digests(COUNT, 3), isLong, address(verifier));
    }
}
