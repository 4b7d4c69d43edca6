// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Test, Vm} from "forge-std/Test.sol";

import {Submission} from "../../src/interfaces/IInferenceHub.sol";
import {RequestId} from "../../src/types/Ids.sol";
import {Assurance} from "../../src/types/Receipt.sol";
import {Request, Settlement} from "../../src/types/Request.sol";
import {Asks} from "../support/Asks.sol";
import {EncodingsProbe} from "../support/EncodingsProbe.sol";

/// What is copied whole is what Solidity would have encoded.
contract EncodingsTest is Test {
    EncodingsProbe private _probe = new EncodingsProbe();

    function testFuzz_TakesWhatSolidityTakes(uint256 seed, bytes memory evidence, bytes memory output) public view {
        Submission memory submission = _submission(seed, evidence, output);

        (Settlement memory taken, Settlement memory plain) = _probe.take(submission);

        assertEq(abi.encode(taken), abi.encode(plain));
    }

    function testFuzz_RevertWhen_AFieldHoldsMoreThanItsType(uint256 seed, uint256 field, uint256 bit) public view {
        bytes memory data = abi.encodeCall(_probe.take, (_submission(seed, "", "")));
        field = bound(field, 0, 4);
        bit = bound(bit, field < 2 ? 160 : 64, 255);
        // After the selector and the place of the submission: node, payee, key epoch, issued at, expires at.
        uint256 place = 4 + 32 + 576 + 32 * field;
        assembly {
            let at := add(add(data, 32), place)
            mstore(at, or(mload(at), shl(bit, 1)))
        }

        (bool succeeded,) = address(_probe).staticcall(data);

        assertFalse(succeeded);
    }

    function testFuzz_HashesReceiptsAsSolidityDoes(uint256 seed, bytes32 id, uint8 assurance) public view {
        Settlement memory taken = Asks.settlementFrom(seed);

        (bytes32 hash, bytes32 plain) =
            _probe.receiptHash(Asks.requestFrom(seed), taken, RequestId.wrap(id), Assurance(assurance % 4));

        assertEq(hash, plain);
    }

    function testFuzz_TellsSettledAsSolidityDoes(
        uint256 seed,
        bytes32 id,
        uint40 until,
        bytes memory evidence,
        bytes memory output,
        bytes32 dirt
    ) public {
        vm.recordLogs();
        _probe.tellSettled(RequestId.wrap(id), until, Asks.settlementFrom(seed), evidence, output, dirt);

        _assertTwins();
    }

    function testFuzz_TellsRequestedAsSolidityDoes(uint256 seed, bytes32 id, uint256 nonce, bytes memory input, bytes32 dirt)
        public
    {
        vm.recordLogs();
        _probe.tellRequested(RequestId.wrap(id), nonce, Asks.requestFrom(seed), input, dirt);

        _assertTwins();
    }

    /// All lengths about the end of a word.
    function test_TellsAllLengthsAsSolidityDoes() public {
        Settlement memory settlement = Asks.settlementFrom(1);
        Request memory asked = Asks.requestFrom(1);
        for (uint256 length = 0; length <= 66; ++length) {
            bytes memory data = new bytes(length);
            for (uint256 i = 0; i < length; ++i) {
                data[i] = 0xff;
            }
            vm.recordLogs();
            _probe.tellSettled(RequestId.wrap("id"), 1, settlement, data, "", bytes32(type(uint256).max));
            _assertTwins();
            vm.recordLogs();
            _probe.tellSettled(RequestId.wrap("id"), 1, settlement, "", data, bytes32(type(uint256).max));
            _assertTwins();
            vm.recordLogs();
            _probe.tellRequested(RequestId.wrap("id"), 1, asked, data, bytes32(type(uint256).max));
            _assertTwins();
        }
    }

    function _assertTwins() private {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        assertEq(logs.length, 2);
        assertEq(abi.encode(logs[0].topics), abi.encode(logs[1].topics));
        assertEq(logs[0].data, logs[1].data);
    }

    function _submission(uint256 seed, bytes memory evidence, bytes memory output)
        private
        pure
        returns (Submission memory submission)
    {
        Settlement memory settlement = Asks.settlementFrom(seed);
        submission.ask = Asks.from(seed);
        submission.outputCommit = settlement.outputCommit;
        submission.node = settlement.node;
        submission.payee = settlement.payee;
        submission.keyEpoch = settlement.keyEpoch;
        submission.issuedAt = settlement.issuedAt;
        submission.expiresAt = settlement.expiresAt;
        submission.evidenceHash = settlement.evidenceHash;
        submission.evidence = evidence;
        submission.output = output;
    }
}
