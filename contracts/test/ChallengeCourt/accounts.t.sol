// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {IChallengeCourt} from "../../src/interfaces/IChallengeCourt.sol";
import {CourtParts} from "../../src/types/CourtConfig.sol";
import {FeeToken} from "../support/OddTokens.sol";
import {CourtTest} from "../support/court/CourtTest.sol";

/// Money in and out.
contract ChallengeCourtAccountsTest is CourtTest {
    address private constant NOBODY = 0x000000000000000000000000000000000000dEaD;

    function test_DepositsForWhomeverTheCallerNames() public conserving {
        token.mint(address(this), 3 ether);
        token.approve(address(court), 3 ether);
        vm.expectEmit(address(court));
        emit IChallengeCourt.Deposited(stranger, address(this), 3 ether);
        court.deposit(stranger, 3 ether);
        assertEq(court.balanceOf(stranger), 3 ether);
    }

    function test_WithdrawsToWhomeverTheOwnerNames() public conserving {
        vm.expectEmit(address(court));
        emit IChallengeCourt.Withdrawn(challenger, stranger, 40 ether);
        vm.prank(challenger);
        court.withdraw(stranger, 40 ether);

        assertEq(court.balanceOf(challenger), 60 ether);
        assertEq(token.balanceOf(stranger), 40 ether);
    }

    function test_RevertWhen_MoreIsWithdrawnThanThereIs() public {
        vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.BalanceTooSmall.selector, 100 ether, 100 ether + 1));
        vm.prank(challenger);
        court.withdraw(challenger, 100 ether + 1);
    }

    function test_RevertWhen_WithdrawnToNobodyOrTheCourt() public {
        address[2] memory wrongOnes = [address(0), address(court)];
        for (uint256 i = 0; i < wrongOnes.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.RecipientInvalid.selector, wrongOnes[i]));
            vm.prank(challenger);
            court.withdraw(wrongOnes[i], 1);
        }
    }

    function test_RevertWhen_TheTokenTakesAFee() public {
        FeeToken feeToken = new FeeToken();
        CourtParts memory parts = _courtParts(address(hub));
        parts.token = address(feeToken);
        IChallengeCourt odd = _deployCourt(parts, _courtParameters());
        feeToken.mint(address(this), 100);
        feeToken.approve(address(odd), 100);

        vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.TokenTookFee.selector, 100, 99));
        odd.deposit(address(this), 100);
    }

    function test_BurnsWhatWasForfeitedOnce() public conserving {
        _seal(challenger, right);
        _pass(SEAL_TIME + 1);
        court.forfeitSeal(challenger, court.sealOf(challenger, id, keccak256(right), SALT));
        vm.expectEmit(address(token));
        emit IERC20.Transfer(address(court), NOBODY, SEAL_BOND);
        assertEq(court.burn(), SEAL_BOND);

        assertEq(court.forfeited(), 0);
        vm.expectRevert(IChallengeCourt.NothingToBurn.selector);
        court.burn();
    }
}
