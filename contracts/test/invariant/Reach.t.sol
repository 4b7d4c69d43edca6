// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {console} from "forge-std/console.sol";
import {Test} from "forge-std/Test.sol";

import {System} from "./System.sol";

/// @notice The same actions in walks that are always the same: no path of them may be there in vain.
contract ReachTest is Test {
    uint256 private constant WALKS = 150;
    uint256 private constant STEPS = 100;

    System private _system;

    function setUp() public {
        _system = new System();
    }

    function test_ReachesEveryPath() public {
        bytes32[79] memory paths = _paths();
        uint256[] memory reached = new uint256[](paths.length);
        uint256 beginning = vm.snapshotState();
        for (uint256 walk = 0; walk < WALKS; ++walk) {
            _walk(walk);
            for (uint256 i = 0; i < paths.length; ++i) {
                reached[i] += _system.reached(paths[i]);
            }
            vm.revertToState(beginning);
            // A test's gas would not last for all walks.
            vm.resetGasMetering();
        }

        for (uint256 i = 0; i < paths.length; ++i) {
            console.log("%s: %d", string(abi.encodePacked(paths[i])), reached[i]);
        }
        for (uint256 i = 0; i < paths.length; ++i) {
            assertGt(reached[i], 0, string(abi.encodePacked("Never: ", paths[i])));
        }
    }

    function _walk(uint256 walk) private {
        bytes4[] memory actions = _system.actions();
        for (uint256 step = 0; step < STEPS; ++step) {
            uint256 seed = uint256(keccak256(abi.encode(walk, step)));
            Address.functionCall(address(_system), abi.encodeWithSelector(actions[seed % actions.length], seed));
            if (step % 10 == 0) _system.audit();
        }
        _system.end(walk);
    }

    function _paths() private pure returns (bytes32[79] memory) {
        return [
            bytes32("agreed within tolerance"),
            "answer revealed",
            "answer sealed",
            "asked",
            "asked a quorum",
            "asked from an account",
            "batch",
            "batch stopped early",
            "burned",
            "case lapsed",
            "case opened",
            "challenge ended by proof",
            "challenge's seal forfeited",
            "claim forfeited",
            "claim released",
            "claim taken over",
            "claimed",
            "claimed in vain",
            "collected",
            "committee drawn",
            "contested",
            "correction delivered",
            "delivered later",
            "delivery attempted",
            "donated",
            "front-run",
            "front-run, brought by the thief",
            "front-run, kept out by a bond",
            "front-run, proven in its name",
            "front-run, revealed all the same",
            "front-run, settled all the same",
            "gas measured",
            "key renewed",
            "key revoked",
            "no committee to be had",
            "overturned",
            "overturned by a committee",
            "overturned by proof",
            "overturned, corrected",
            "paused",
            "payee set",
            "proven batch",
            "proven batch stopped early",
            "quorum failed",
            "quorum refunded",
            "quorum settled",
            "raised to Attested",
            "raised to Proven",
            "re-entered",
            "refunded",
            "refunded with a claim",
            "refused in a batch",
            "replayed at another hub",
            "replayed here",
            "replayed on another chain",
            "revealed for the bond",
            "roles set",
            "seal forfeited",
            "seal returned",
            "settled Attested",
            "settled Proven",
            "settled Signed",
            "settled after a forfeit",
            "settled as failure",
            "settled in a batch",
            "settled over another's claim",
            "silence slashed",
            "stake withdrawn",
            "staked",
            "tip reclaimed",
            "unbonding",
            "unbonding cancelled",
            "unpaused",
            "unpaused by anyone",
            "upheld",
            "upheld by a committee",
            "vote revealed",
            "withdrawn",
            "yanked"
        ];
    }
}
