// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IChallengeCourt} from "../../src/interfaces/IChallengeCourt.sol";
import {CaseStage} from "../../src/types/Case.sol";
import {RequestId} from "../../src/types/Ids.sol";
import {CourtTest} from "../support/court/CourtTest.sol";

/// Challenges that are sealed and not opened.
contract ChallengeCourtSealsTest is CourtTest {
    bytes32 private _sealed;

    function setUp() public override {
        super.setUp();
        _sealed = court.sealOf(challenger, id, keccak256(right), SALT);
    }

    function test_SealsAgainstABond() public conserving {
        vm.expectEmit(address(court));
        emit IChallengeCourt.ChallengeSealed(challenger, _sealed, SEAL_BOND);
        _seal(challenger, right);

        assertEq(court.balanceOf(challenger), 100 ether - SEAL_BOND);
        (uint40 time, uint48 blockNumber) = court.sealedAt(challenger, _sealed);
        assertEq(time, vm.getBlockTimestamp());
        assertEq(blockNumber, vm.getBlockNumber());
    }

    function test_RevertWhen_TheBondIsNotThere() public {
        vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.BalanceTooSmall.selector, 0, SEAL_BOND));
        vm.prank(stranger);
        court.sealChallenge(_sealed);
    }

    function test_RevertWhen_SealedTwice() public {
        _seal(challenger, right);
        vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.SealExists.selector, _sealed));
        vm.prank(challenger);
        court.sealChallenge(_sealed);
    }

    /// Whoever sees a seal and seals the same has a seal of its own, which names another.
    function test_ACopiedSealIsWorthNothing() public conserving {
        _sealFor(rival, _sealed);
        _seal(challenger, right);
        _nextBlock();
        vm.expectRevert(
            abi.encodeWithSelector(IChallengeCourt.SealUnknown.selector, court.sealOf(rival, id, keccak256(right), SALT))
        );
        this.openAs(rival);
        _open(challenger, right);

        // Not even its bond comes back.
        vm.expectRevert(
            abi.encodeWithSelector(IChallengeCourt.SealUnknown.selector, court.sealOf(rival, id, keccak256(right), SALT))
        );
        vm.prank(rival);
        court.withdrawSeal(id, keccak256(right), SALT);
        _pass(SEAL_TIME + 1);
        court.forfeitSeal(rival, _sealed);
        assertEq(court.forfeited(), SEAL_BOND);
    }

    function test_ForfeitsWhatIsNotOpenedInTime() public conserving {
        _seal(challenger, right);
        uint256 until = vm.getBlockTimestamp() + SEAL_TIME;
        vm.warp(until);
        vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.SealNotExpired.selector, until));
        court.forfeitSeal(challenger, _sealed);
        _pass(1);
        vm.expectEmit(address(court));
        emit IChallengeCourt.SealForfeited(challenger, _sealed, SEAL_BOND);
        vm.prank(stranger);
        court.forfeitSeal(challenger, _sealed);

        assertEq(court.forfeited(), SEAL_BOND);
        (uint40 time,) = court.sealedAt(challenger, _sealed);
        assertEq(time, 0);
    }

    function test_RevertWhen_ForfeitedTwice() public {
        _seal(challenger, right);
        _pass(SEAL_TIME + 1);
        court.forfeitSeal(challenger, _sealed);
        vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.SealUnknown.selector, _sealed));
        court.forfeitSeal(challenger, _sealed);
    }

    /// A stock of seals costs a bond for each, every time it runs out.
    function test_AStockOfSealsIsForfeited() public conserving {
        for (uint256 i = 0; i < 10; ++i) {
            bytes32 seal = court.sealOf(rival, RequestId.wrap(bytes32(i)), keccak256(right), SALT);
            _sealFor(rival, seal);
        }
        _pass(SEAL_TIME + 1);
        for (uint256 i = 0; i < 10; ++i) {
            court.forfeitSeal(rival, court.sealOf(rival, RequestId.wrap(bytes32(i)), keccak256(right), SALT));
        }
        assertEq(court.balanceOf(rival), 100 ether - 10 * uint256(SEAL_BOND));
        assertEq(court.burn(), 10 * uint256(SEAL_BOND));
    }

    function test_WithdrawsTheSealOfACaseThatIsThere() public conserving {
        _seal(challenger, right);
        _nextBlock();
        _seal(rival, right);
        _open(challenger, right);
        vm.expectEmit(address(court));
        emit IChallengeCourt.SealWithdrawn(rival, court.sealOf(rival, id, keccak256(right), SALT), id);
        vm.prank(rival);
        court.withdrawSeal(id, keccak256(right), SALT);

        assertEq(court.balanceOf(rival), 100 ether);
        vm.expectRevert(
            abi.encodeWithSelector(IChallengeCourt.SealUnknown.selector, court.sealOf(rival, id, keccak256(right), SALT))
        );
        vm.prank(rival);
        court.withdrawSeal(id, keccak256(right), SALT);
    }

    function test_WithdrawsTheSealOfACaseThatIsOver() public conserving {
        _seal(rival, right);
        _nextBlock();
        _voteAll(_drawCase(right), right);
        _judge();
        vm.prank(rival);
        court.withdrawSeal(id, keccak256(right), SALT);
        assertEq(court.balanceOf(rival), 100 ether);
    }

    function test_RevertWhen_ThereIsNoCaseToWithdrawFrom() public {
        _seal(challenger, right);
        vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.WrongStage.selector, id, CaseStage.None));
        vm.prank(challenger);
        court.withdrawSeal(id, keccak256(right), SALT);
    }

    function testFuzz_SealsDifferInAllThatTheyHide(address from, bytes32 requestId, bytes32 commit, bytes32 salt) public view {
        bytes32 seal = court.sealOf(from, RequestId.wrap(requestId), commit, salt);
        vm.assume(from != challenger && requestId != RequestId.unwrap(id) && salt != SALT && commit != keccak256(right));
        assertNotEq(seal, court.sealOf(challenger, RequestId.wrap(requestId), commit, salt));
        assertNotEq(seal, court.sealOf(from, id, commit, salt));
        assertNotEq(seal, court.sealOf(from, RequestId.wrap(requestId), keccak256(right), salt));
        assertNotEq(seal, court.sealOf(from, RequestId.wrap(requestId), commit, SALT));
    }

    function openAs(address from) external {
        _open(from, right);
    }
}
