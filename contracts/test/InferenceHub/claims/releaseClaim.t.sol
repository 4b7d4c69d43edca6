// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IHubEvents} from "../../../src/interfaces/IHubEvents.sol";
import {Roles} from "../../../src/interfaces/INodeRegistry.sol";
import {RequestId} from "../../../src/types/Ids.sol";
import {Ask, Stage} from "../../../src/types/Request.sol";
import {SemanticsKind, VersionStatus} from "../../../src/types/Version.sol";
import {HubScenario} from "../../support/HubScenario.sol";

/// Getting out of a claim without loss.
contract ReleaseClaimTest is HubScenario {
    Ask private _claimed;
    RequestId private _id;

    function setUp() public override {
        super.setUp();
        _claimed = _ask(_signedRequest());
        _id = hub.requestIdOf(_claimed);
        _claim(_claimed);
    }

    function test_GivesTheBondBackWhereTheVersionWasYanked() public conserving {
        models.set(VERSION, VersionStatus.Yanked, SemanticsKind.Integer, address(0));

        _expectRelease(FEE);

        _assertStage(_claimed, Stage.Open);
        assertEq(hub.balanceOf(node), 1000 ether);
    }

    function test_GivesTheBondBackWhereTheHubWasPausedSince() public conserving {
        vm.prank(guardian);
        hub.pause(1 minutes);

        _expectRelease(FEE);
    }

    function test_GivesTheBondBackAfterAPause() public conserving {
        vm.startPrank(guardian);
        hub.pause(1 minutes);
        skip(30);
        hub.unpause();
        vm.stopPrank();
        skip(1 hours);

        _expectRelease(FEE);
    }

    function test_GivesTheBondBackWhereTheKeyOfAnAttestedClaimIsRevoked() public conserving {
        Ask memory ask = _ask(_attestedRequest());
        _claim(ask);
        keys.revoke(node);

        vm.prank(node);
        hub.releaseClaim(ask);

        assertEq(hub.balanceOf(node), 1000 ether - FEE, "Only the other bond is still out.");
    }

    /// A node's operator can give up a role and take it again: claims that end with it would cost nothing.
    function test_RevertWhen_TheRoleOfASignedClaimIsGivenUp() public {
        nodes.set(node, payee, Roles.TEE, 0);
        _expectStands();
    }

    function test_RevertWhen_TheRoleOfAnAttestedClaimIsGivenUp() public {
        Ask memory ask = _ask(_attestedRequest());
        _claim(ask);
        nodes.set(node, payee, Roles.INFERENCE, 0);

        vm.expectRevert(abi.encodeWithSelector(IHubEvents.ClaimStands.selector, hub.requestIdOf(ask)));
        vm.prank(node);
        hub.releaseClaim(ask);
    }

    function test_RevertWhen_AKeyIsRevokedAndTheClaimIsNotAttested() public {
        keys.revoke(node);
        _expectStands();
    }

    function test_APauseInTheSecondOfTheClaimExcuses() public conserving {
        Ask memory ask = _ask(_signedRequest());
        vm.prank(node);
        hub.claim(ask);
        vm.prank(guardian);
        hub.pause(1 minutes);

        vm.prank(node);
        hub.releaseClaim(ask);

        _assertStage(ask, Stage.Open);
    }

    function test_KeepsTheCountOfClaimsThatRanOut() public conserving {
        skip(2 minutes);
        _noteRanOut(_claimed, node);
        vm.prank(node);
        hub.claim(_claimed);
        models.set(VERSION, VersionStatus.Yanked, SemanticsKind.Integer, address(0));

        _expectRelease(2 * FEE);

        assertEq(hub.bondFor(_claimed), 2 * FEE);
        assertEq(hub.balanceOf(node), 1000 ether - FEE);
    }

    function test_RevertWhen_NothingExcuses() public {
        models.set(VERSION, VersionStatus.Deprecated, SemanticsKind.Integer, address(0));
        _expectStands();
    }

    function test_RevertWhen_TheClaimRanOut() public {
        skip(1 days);
        _expectStands();
    }

    function test_RevertWhen_ThePauseWasBeforeTheClaim() public {
        vm.startPrank(guardian);
        hub.pause(1 minutes);
        skip(30);
        hub.unpause();
        vm.stopPrank();
        skip(1);
        Ask memory ask = _ask(_signedRequest());
        vm.prank(node);
        hub.claim(ask);

        vm.expectRevert(abi.encodeWithSelector(IHubEvents.ClaimStands.selector, hub.requestIdOf(ask)));
        vm.prank(node);
        hub.releaseClaim(ask);
    }

    /// The claim is of 12 seconds ago.
    function test_OnlyWhatCameInItsTimeExcuses() public {
        Ask memory attested = _ask(_attestedRequest());
        vm.prank(node);
        hub.claim(attested);
        uint256 snapshot = vm.snapshotState();

        skip(2 minutes - 12);
        vm.prank(guardian);
        hub.pause(1 minutes);
        _expectRelease(FEE);
        vm.revertToState(snapshot);
        skip(2 minutes - 11);
        vm.prank(guardian);
        hub.pause(1 minutes);
        _expectStands();

        vm.revertToState(snapshot);
        skip(2 minutes - 12);
        models.set(VERSION, VersionStatus.Yanked, SemanticsKind.Integer, address(0));
        skip(1 hours);
        _expectRelease(FEE);
        vm.revertToState(snapshot);
        skip(2 minutes - 11);
        models.set(VERSION, VersionStatus.Yanked, SemanticsKind.Integer, address(0));
        _expectStands();

        vm.revertToState(snapshot);
        skip(2 minutes);
        keys.revoke(node);
        skip(1 hours);
        vm.prank(node);
        hub.releaseClaim(attested);
        vm.revertToState(snapshot);
        skip(2 minutes + 1);
        keys.revoke(node);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.ClaimStands.selector, hub.requestIdOf(attested)));
        vm.prank(node);
        hub.releaseClaim(attested);
    }

    /// Its bond was lost when its time was over. What comes an hour later does not give it back, whoever asks.
    function test_APauseLongAfterwardsGivesNothingBack() public conserving {
        skip(1 hours - 12);
        vm.prank(guardian);
        hub.pause(1 days);
        skip(1);

        _noteRanOut(_claimed, node);
        hub.refund(_claimed);

        assertEq(hub.balanceOf(node), 1000 ether - FEE);
    }

    function test_RevertWhen_AnotherReleases() public {
        models.set(VERSION, VersionStatus.Yanked, SemanticsKind.Integer, address(0));
        _expectNotClaimant(otherNode, _claimed);
    }

    function test_RevertWhen_NothingIsClaimed() public {
        models.set(VERSION, VersionStatus.Yanked, SemanticsKind.Integer, address(0));
        _expectRelease(FEE);
        _expectNotClaimant(node, _claimed);
        Ask memory ask = _claimed;
        ask.nonce = 77;
        _expectNotClaimant(node, ask);
    }

    function test_RevertWhen_TheRequestIsSettled() public {
        hub.settle(_submission(_claimed, OUTPUT));
        models.set(VERSION, VersionStatus.Yanked, SemanticsKind.Integer, address(0));
        _expectNotClaimant(node, _claimed);
    }

    function _expectRelease(uint256 bond) private {
        vm.expectEmit(address(hub));
        emit IHubEvents.ClaimReleased(_id, node, bond);
        vm.prank(node);
        hub.releaseClaim(_claimed);
    }

    function _expectStands() private {
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.ClaimStands.selector, _id));
        vm.prank(node);
        hub.releaseClaim(_claimed);
    }

    function _expectNotClaimant(address caller, Ask memory ask) private {
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.NotClaimant.selector, hub.requestIdOf(ask), caller));
        vm.prank(caller);
        hub.releaseClaim(ask);
    }
}
