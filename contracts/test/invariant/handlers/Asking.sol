// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Assurance} from "../../../src/types/Receipt.sol";
import {Request, RequestFlags, Terms} from "../../../src/types/Request.sol";
import {VersionStatus} from "../../../src/types/Version.sol";
import {Dice} from "../world/Dice.sol";
import {GasMeter} from "../world/Strangers.sol";
import {Answers} from "../conduct/Answers.sol";

/// @notice Requests of all kinds.
abstract contract Asking is Answers {
    bytes private constant URI = "ipfs://input";

    function ask(uint256 seed) external {
        Dice memory dice = _dice(seed);
        for (uint256 left = dice.between(1, 3); left > 0; --left) {
            _ask(dice);
        }
    }

    /// What the hub has to refuse, whoever asks.
    function askAmiss(uint256 seed) external {
        Dice memory dice = _dice(seed);
        address from = requesters[dice.below(requesters.length)];
        (Request memory asked, bytes memory input, Terms memory terms) = _draw(dice, from);
        uint256 fault = dice.below(5);
        if (fault == 0) asked.fee = 0;
        else if (fault == 1) asked.deadline = _now() + 30 days + 1;
        else if (fault == 2) asked.inputCommit = 0;
        else if (fault == 3) asked.callbackGas = 2_000_001;
        else (asked.versionId, asked.assurance) = (versions[1], Assurance.Proven);

        _mustBe(false, from, _request(asked, input, terms), "A request was received that cannot be.");
    }

    function _ask(Dice memory dice) private {
        address from = requesters[dice.below(requesters.length)];
        (Request memory asked, bytes memory input, Terms memory terms) = _draw(dice, from);
        if (asked.flags & RequestFlags.FROM_ACCOUNT != 0 && dice.chance(70)) {
            bool deposited = _act(from, address(hub), abi.encodeCall(hub.deposit, (from, asked.fee + asked.deliveryTip)));
            assertTrue(deposited, "A deposit was refused.");
        }

        bool expected = !_isPaused() && _canPay(asked, from);
        _mustBe(expected, from, _request(asked, input, terms), "A request was not received as expected.");
        _note(expected, "asked");
        _note(expected && asked.quorum != 0, "asked a quorum");
        _note(expected && asked.flags & RequestFlags.FROM_ACCOUNT != 0, "asked from an account");
    }

    function _draw(Dice memory dice, address from)
        internal
        view
        returns (Request memory asked, bytes memory input, Terms memory terms)
    {
        asked.assurance = _drawAssurance(dice);
        asked.versionId = versions[asked.assurance == Assurance.Proven || dice.chance(35) ? 0 : dice.below(versions.length)];
        asked.deadline = _now() + uint40(dice.chance(50) ? dice.between(10 minutes, 6 hours) : dice.between(6 hours, 20 days));
        asked.fee = uint128(dice.between(0.0001 ether, dice.chance(80) ? 0.3 ether : 2 ether));
        if (isConsumer[from] && dice.chance(75)) {
            asked.callbackGas = uint32(dice.between(GasMeter.LEAST_GAS, 300_000));
            if (dice.chance(60)) asked.deliveryTip = uint128(dice.between(1, 0.1 ether));
        }
        if (dice.chance(30)) asked.flags |= RequestFlags.FROM_ACCOUNT;
        if (dice.chance(20)) asked.flags |= RequestFlags.OUTPUT_OFF_CHAIN;
        if (asked.assurance == Assurance.Attested && dice.chance(8)) asked.flags |= RequestFlags.PRIVATE;
        input = _drawInput(dice, asked);

        if (asked.assurance != Assurance.Proven && dice.chance(25)) _drawQuorum(dice, asked, terms);
        else if (asked.assurance == Assurance.Signed) _drawSigned(dice, asked);
        if (asked.quorum == 0 && dice.chance(30)) {
            asked.assignee = nodeList[dice.below(nodeList.length)];
            asked.exclusiveUntil = _now() + uint40(dice.below(5 minutes));
        }
        if (asked.assurance == Assurance.Attested && dice.chance(20)) {
            terms.acceptedWorkloads = new bytes32[](1);
            terms.acceptedWorkloads[0] = dice.chance(50) ? WORKLOAD : OTHER_WORKLOAD;
        }
        if (terms.members.length + terms.acceptedWorkloads.length != 0) asked.termsHash = keccak256(abi.encode(terms));
    }

    function _drawAssurance(Dice memory dice) private pure returns (Assurance) {
        uint256 roll = dice.below(100);
        return roll < 45 ? Assurance.Signed : roll < 75 ? Assurance.Attested : Assurance.Proven;
    }

    function _drawInput(Dice memory dice, Request memory asked) private pure returns (bytes memory input) {
        input = abi.encode(dice.below(type(uint256).max));
        asked.inputCommit = keccak256(input);
        if (dice.chance(10)) {
            asked.flags |= RequestFlags.INPUT_AT_URI;
            return URI;
        }
        if (asked.flags & RequestFlags.PRIVATE != 0) return "";
    }

    function _drawSigned(Dice memory dice, Request memory asked) private pure {
        if (dice.chance(40)) asked.challengeWindow = uint32(dice.between(MIN_WINDOW, 1 days));
        if (dice.chance(30)) asked.minLien = uint128(dice.between(1, 60 ether));
    }

    /// Some of the nodes that have the role, in ascending order; the griefer is among them where it may be.
    function _drawQuorum(Dice memory dice, Request memory asked, Terms memory terms) private view {
        address[] memory members = new address[](nodeList.length);
        uint256 count;
        for (uint256 i = 0; i < nodeList.length; ++i) {
            if (nodeList[i] == thief || (nodeList[i] == griefer && dice.chance(50))) continue;
            if (!nodes.hasRole(nodeList[i], _roleFor(asked.assurance))) continue;
            uint256 place = count++;
            for (; place > 0 && members[place - 1] > nodeList[i]; --place) {
                members[place] = members[place - 1];
            }
            members[place] = nodeList[i];
        }
        if (count == 0) return;

        terms.members = new address[](count);
        for (uint256 i = 0; i < count; ++i) {
            terms.members[i] = members[i];
        }
        asked.quorum = uint8(dice.between(1, count));
    }

    function _canPay(Request memory asked, address from) private view returns (bool) {
        if (models.statusOf(asked.versionId) == VersionStatus.Yanked) return false;
        bool isFromAccount = asked.flags & RequestFlags.FROM_ACCOUNT != 0;
        return (isFromAccount ? accounts[from] : token.balanceOf(from)) >= uint256(asked.fee) + asked.deliveryTip;
    }
}
